"""Dense retrieval, where an embedder is configured: passages that say the same in other words.

Vectors follow the passages in batches (`catch_up`); a passage without one is found by its words alone. Whatever is
wrong with the model costs a line in the log, never a search.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from . import vectors
from .candidates import Scope, within_scope
from .embedders import Embedder, Vectors, embedder
from .errors import ProviderError
from .models import Chunk
from .query import Question

logger = logging.getLogger(__name__)
BATCH = 256  # passages between two looks at the clock and the database
SAVE_AFTER = 30  # seconds of work that a crash may cost
LOOKED_AT = 400  # nearest passages, of which those within the scope count
MOST = 40
REST = 60  # seconds without a model that did not answer
CHARACTERS = 1_500  # of a passage: models read 256 tokens or so
_unanswered: dict[str, float] = {}


@dataclass(frozen=True)
class Neighbours:
    """Passages near to a question, best first; `similar` is the cosine of those and of any other that was asked for."""

    ids: tuple[int, ...]
    similar: Mapping[int, float]


def neighbours(question: Question, scope: Scope, found: Sequence[int]) -> Neighbours | None:
    """None where search is by words alone. `found` are passages whose likeness is wanted too."""
    model = _ready()
    if model is None or not question.terms:
        return None
    store = vectors.store(model.name)
    asked = None if store.is_empty() else _embedded(model, question.english)
    if asked is None:
        return None
    nearest = store.nearest(asked, LOOKED_AT)
    near = within_scope(list(nearest), scope)[:MOST]
    similar = {pk: nearest[pk] for pk in near} | store.similar(asked, found)
    return Neighbours(tuple(near), similar)


def _ready() -> Embedder | None:
    try:
        model = embedder()
    except ProviderError as problem:
        _report("", problem)
        return None
    return model if model and time.monotonic() >= _unanswered.get(model.name, 0) else None


def _report(name: str, problem: Exception) -> None:
    """Once in REST seconds."""
    if time.monotonic() >= _unanswered.get(name, 0):
        logger.warning("Search goes by words alone for now: %s", problem)
        _unanswered[name] = time.monotonic() + REST


def _embedded(model: Embedder, text: str) -> Vectors | None:
    try:
        return _question(model.name, text)
    except ProviderError as problem:
        _report(model.name, problem)
        return None


@lru_cache(maxsize=2_000)
def _question(name: str, text: str) -> Vectors:
    model = embedder()
    assert model and model.name == name
    return model.embed([text], question=True)[0]


def catch_up(seconds: float | None = None) -> int:
    """Give passages their vectors and drop those of gone ones, for so many seconds. Returns how many are new.

    0 too where no embedder is configured, or another process is at it. Raises ProviderError.
    """
    model = embedder()
    if model is None:
        return 0
    store, end = vectors.prepared(model.name), time.monotonic() + (seconds or 1e9)
    made = 0
    with store.writing() as mine:
        if mine:
            vectors.take_over(store, model.name)
        while mine and time.monotonic() < end and (missing := store.pending()).size:
            new = store.add(*_some(model, missing, min(end, time.monotonic() + SAVE_AFTER)))
            if not new:
                break
            made += new
    return made


def _some(model: Embedder, missing: vectors.Ids, end: float) -> tuple[vectors.Ids, Vectors]:
    """Vectors of as many of these passages as the time allows, at least of one batch."""
    ids: list[int] = []
    rows: list[Vectors] = []
    for start in range(0, len(missing), BATCH):
        texts = _texts([int(pk) for pk in missing[start : start + BATCH]])
        if texts:
            rows.append(model.embed(list(texts.values())))
            ids += texts
        if time.monotonic() >= end:
            break
    return np.array(ids, np.int64), np.concatenate(rows) if rows else np.empty((0, 0), np.float32)


def _texts(ids: list[int]) -> dict[int, str]:
    """What a vector is made of: the document's title, the headings, the text."""
    found = Chunk.objects.filter(pk__in=ids).values_list("pk", "title", "heading", "text")
    return {
        pk: f"{title.partition(chr(10))[0]}. {heading}. {' '.join(text.split())}"[:CHARACTERS]
        for pk, title, heading, text in found
    }
