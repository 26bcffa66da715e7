"""Vectors of generated passages, to measure what meaning beside words costs.

Chance stands in for a model's rows: an exact search takes as long whatever they say. Questions are embedded by the
model that is configured; where there is none, by chance too, which leaves a model's own milliseconds out.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from django.conf import settings
from django.test import override_settings

from rag.embedders import Vectors, added, embedder
from rag.vectors import prepared
from rag.vectors_file import present

WIDTH = 384  # of the small models that are common
AT_ONCE = 50_000  # rows


class ByChance:
    name = "bench"

    def embed(self, texts: list[str], *, question: bool = False) -> Vectors:
        return rows(len(texts), WIDTH, seed=len(texts[0]) if texts else 0)


def rows(count: int, width: int, *, seed: int) -> Vectors:
    made = np.random.default_rng(seed).standard_normal((count, width), dtype=np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


@contextmanager
def with_vectors() -> Iterator[None]:
    """A vector for each passage while it lasts."""
    with override_settings(EMBEDDER=settings.EMBEDDER or added("bench", ByChance())):
        model = embedder()
        assert model
        ids = present()
        width = model.embed(["width"]).shape[1]
        store = prepared(model.name)
        store.clear()
        with store.writing():
            store.add(
                ids,
                np.concatenate(
                    [rows(len(ids[at : at + AT_ONCE]), width, seed=at) for at in range(0, len(ids), AT_ONCE)]
                ),
            )
        yield
        store.clear()
