"""Who turns texts into vectors, by HALILIT_EMBEDDER: empty, `fastembed:NAME-OR-FOLDER` or `gemini`.

To add one, write a file like onnx_folder.py and name it in `embedder`.
"""

from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from rag.errors import MisconfiguredError

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    name: str  # of the model: vectors of one cannot be compared with those of another

    def embed(self, texts: list[str], *, question: bool = False) -> Vectors:
        """A row of length 1 for each text; `question`: they are questions, which some models treat differently.

        Raises ProviderError.
        """
        ...


_added: dict[str, Embedder] = {}


def embedder() -> Embedder | None:
    """The one that is set up; None where search is by words alone. Raises MisconfiguredError."""
    return _made(settings.EMBEDDER) if settings.EMBEDDER else None


def added(name: str, model: Embedder) -> str:
    """Take in a model of another kind, such as one to measure with; returns the setting that chooses it."""
    _added[name] = model
    return name


@lru_cache(maxsize=2)
def _made(setting: str) -> Embedder:
    if setting in _added:
        return _added[setting]
    kind, _, name = setting.partition(":")
    try:
        if kind == "gemini":
            from .gemini import Gemini

            return Gemini(name)
        if kind == "fastembed" and Path(name).is_dir():
            from .onnx_folder import OnnxFolder

            return OnnxFolder(Path(name))
        if kind == "fastembed" and name:
            from .fast import FastEmbed

            return FastEmbed(name)
    except ImportError as missing:
        raise MisconfiguredError(
            f"HALILIT_EMBEDDER={setting} needs requirements-embeddings.txt: {missing.name} is not installed"
        ) from missing
    raise MisconfiguredError(f"HALILIT_EMBEDDER={setting}: expected fastembed:NAME-OR-FOLDER or gemini")


def of_length_1(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
