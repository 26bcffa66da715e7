"""Dense retrieval with a real model: a tiny one made here, whose vectors are sums of its words' vectors."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from catalog.models import Brand, Document
from rag import dense
from rag.embedders import embedder
from rag.embedders.onnx_folder import OnnxFolder
from rag.errors import MisconfiguredError
from rag.models import Chunk
from rag.retrieve import retrieve
from rag.vectors import store
from tests.gemini_endpoint import Endpoint, endpoint

from .manuals import build

# Words of one line lie in one direction: the model holds them for the same.
MEANINGS = ["silent mute hushed weight", "warranty repair mend mending", "reset init erased factory"]


def make_model(folder: Path) -> Path:
    """A model.onnx that looks each token's vector up, and a tokenizer of whole words."""
    words = ["[PAD]", "[UNK]", *(word for line in MEANINGS for word in line.split())]
    table = np.zeros((len(words), 4), np.float32)
    table[1, 3] = 0.05
    for meaning, line in enumerate(MEANINGS):
        for word in line.split():
            table[words.index(word), meaning] = 1.0
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "words",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "length"])],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "length", 4])],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    folder.mkdir()
    onnx.save(model, str(folder / "model.onnx"))
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps({"hidden_size": 4}))
    return folder


@pytest.fixture
def model(tmp_path, settings) -> OnnxFolder:
    settings.DATA_DIR = tmp_path
    settings.EMBEDDER = f"fastembed:{make_model(tmp_path / 'tiny')}"
    made = embedder()
    assert isinstance(made, OnnxFolder)
    return made


@pytest.fixture
def library(db) -> Brand:
    return build()


def test_vectors_have_length_one_and_likeness_follows_meaning(model):
    mute, silent, repair = model.embed(["mute", "silent", "repair"])
    assert np.allclose(np.linalg.norm([mute, silent, repair], axis=1), 1)
    assert mute @ silent > 0.99 > 0.1 > mute @ repair


def test_texts_come_back_in_their_order_whatever_their_lengths(model):
    texts = ["mute " * 50, "repair", "reset reset"]
    together = model.embed(texts)
    assert all(np.allclose(row, model.embed([text])[0]) for row, text in zip(together, texts, strict=True))


def test_a_passage_is_found_by_other_words_of_the_same_meaning(library, model):
    question = "mending of the pedal"
    assert dense.catch_up() == Chunk.objects.count()
    assert any("warranty" in passage.text for passage in retrieve(question))


def test_filters_hold_for_what_is_found_by_meaning(library, model):
    dense.catch_up()
    other = Brand.objects.get(slug="arava")
    assert {passage.brand_id for passage in retrieve("mending of the pedal", brand=other)} <= {other.pk}
    assert {passage.kind for passage in retrieve("mending of the pedal", kind="manual")} <= {"manual"}


def test_only_what_is_new_is_embedded_and_what_is_gone_is_dropped(library, model):
    dense.catch_up()
    assert dense.catch_up() == 0
    document = Document.objects.get(title="Support")
    gone = set(document.chunks.values_list("pk", flat=True))
    document.chunks.all().delete()
    chunk = Chunk.objects.create(document=document, brand=library, text="Repairs and warranty.")
    assert dense.catch_up() == 1
    kept = store(model.name)
    assert set(kept.similar(model.embed(["repair"])[0], [chunk.pk, *gone])) == {chunk.pk}
    assert kept.count() == Chunk.objects.count() and not kept.pending().size


def test_without_vectors_yet_search_goes_by_words(library, model):
    assert retrieve("Tremor 49 weight")[0].document_title == "Tremor 49 - User Guide"


def test_a_model_that_cannot_be_had_costs_no_search(library, settings, tmp_path, caplog):
    settings.DATA_DIR = tmp_path
    for setting in ("fastembed:", "word2vec:x", "fastembed:/", "gemini"):
        settings.EMBEDDER = setting
        dense._unanswered.clear()
        caplog.clear()
        with pytest.raises(MisconfiguredError):
            embedder()
        assert retrieve("Tremor 49 weight")
        assert "by words alone" in caplog.text, setting


@pytest.fixture
def gemini(settings, tmp_path):
    with endpoint() as model:
        settings.DATA_DIR, settings.EMBEDDER, settings.GEMINI_API_KEY = tmp_path, "gemini", "secret-key"
        settings.LLM, settings.LLM_URL, settings.LLM_TIMEOUT = "gemini", model.url, 60
        dense._unanswered.clear()
        embedder.__globals__["_made"].cache_clear()
        yield model


def test_gemini_is_asked_in_batches_for_passages_and_questions_apart(library, gemini: Endpoint):
    made = embedder()
    assert made is not None
    rows = made.embed(["mute"] * 120)
    made.embed(["mute?"], question=True)
    asked = [request["body"]["requests"] for request in gemini.requests]
    assert [len(one) for one in asked] == [100, 20, 1]
    assert (asked[0][0]["taskType"], asked[2][0]["taskType"]) == ("RETRIEVAL_DOCUMENT", "RETRIEVAL_QUERY")
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)


def test_a_search_while_gemini_fails_goes_by_words(library, gemini: Endpoint, caplog):
    dense.catch_up()
    for mode in ("busy", "failing", "malformed"):
        gemini.mode = mode
        dense._unanswered.clear()
        dense._question.cache_clear()
        caplog.clear()
        assert retrieve("Tremor 49 weight")[0].document_title == "Tremor 49 - User Guide"
        assert "by words alone" in caplog.text and "secret-key" not in caplog.text, mode
