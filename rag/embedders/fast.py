"""A model that fastembed knows by name; it is downloaded once."""

import numpy as np
from django.conf import settings
from fastembed import TextEmbedding

from rag.errors import MisconfiguredError

from . import Vectors, of_length_1


class FastEmbed:
    def __init__(self, name: str) -> None:
        self.name = name.replace("/", "-")
        try:
            self.model = TextEmbedding(name, cache_dir=str(settings.DATA_DIR / "models"))
        except Exception as problem:  # unknown name, no network, a broken file: the package raises whatever it raises
            raise MisconfiguredError(f"fastembed has no model {name}: {problem}") from problem

    def embed(self, texts: list[str], *, question: bool = False) -> Vectors:
        rows = self.model.query_embed(texts) if question else self.model.passage_embed(texts)
        return of_length_1(np.stack(list(rows)))
