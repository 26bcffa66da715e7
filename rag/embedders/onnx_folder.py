"""A sentence-transformers model as ONNX in a folder: model.onnx, tokenizer.json, config.json. Nothing is downloaded."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from rag.errors import MisconfiguredError

from . import Vectors, of_length_1

MOST_TOKENS = 256
BATCH = 32  # texts


class OnnxFolder:
    def __init__(self, folder: Path) -> None:
        try:
            self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self.session: Any = onnxruntime.InferenceSession(
                str(_model(folder)), _considerate(), providers=["CPUExecutionProvider"]
            )
        except Exception as problem:  # the packages raise whatever they raise
            raise MisconfiguredError(f"{folder} holds no model that can be read: {problem}") from problem
        self.name = f"{folder.name}-{_model(folder).stat().st_size}"
        self.tokenizer.enable_truncation(MOST_TOKENS)
        self.tokenizer.enable_padding()
        self.inputs = {one.name for one in self.session.get_inputs()}
        self.first_token = _pools_first_token(folder)

    def embed(self, texts: list[str], *, question: bool = False) -> Vectors:
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))  # alike lengths need little padding
        rows: list[Any] = [None] * len(texts)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            for at, row in zip(batch, self._run([texts[at] for at in batch]), strict=True):
                rows[at] = row
        return of_length_1(np.stack(rows))

    def _run(self, texts: list[str]) -> Any:
        read = self.tokenizer.encode_batch(texts)
        mask = np.array([one.attention_mask for one in read], dtype=np.int64)
        given = {
            "input_ids": np.array([one.ids for one in read], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        found = self.session.run(None, {name: value for name, value in given.items() if name in self.inputs})[0]
        if found.ndim == 2:  # pooled already
            return found
        weights = mask[:, :, None].astype(np.float32)
        return found[:, 0] if self.first_token else (found * weights).sum(1) / np.maximum(weights.sum(1), 1)


def _considerate() -> Any:
    """Threads that wait without spinning: web requests and scrapes want the cores too."""
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _model(folder: Path) -> Path:
    found = sorted([*folder.glob("*.onnx"), *folder.glob("onnx/*.onnx")], key=lambda file: len(file.name))
    if not found:
        raise MisconfiguredError(f"{folder} holds no .onnx file")
    return found[0]


def _pools_first_token(folder: Path) -> bool:
    """As sentence-transformers' pooling file says; without one, the mean of all tokens."""
    file = folder / "1_Pooling" / "config.json"
    return bool(file.is_file() and json.loads(file.read_text(encoding="utf-8")).get("pooling_mode_cls_token"))
