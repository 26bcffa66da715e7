"""Search and questions through the JSON API."""

import json

import httpx
import pytest

from catalog.models import Document, Product
from halilit.demo import content, manuals
from rag.index import index_documents
from rag.models import Answer

from .test_api_read import problem_of
from .test_api_worker import post

QUESTION = "How do I factory reset the K-25?"


@pytest.fixture
def indexed(brand):
    index_documents(list(Document.objects.values_list("pk", flat=True)))
    return brand


def test_search_finds_products_documents_and_the_page(client, indexed):
    body = client.get("/api/search?q=K-25 factory reset").json()
    assert body["total"] > 0
    assert "OCTAVE" in body["passages"][0]["text"]
    assert body["passages"][0]["page"] <= 2 <= body["passages"][0]["last_page"]
    assert [product["name"] for product in client.get("/api/search?q=k25").json()["products"]] == ["Lumenhall K-25"]
    assert client.get("/api/search?q=K-Series guide").json()["documents"][0]["title"] == "K-Series User Guide"


def test_search_keeps_to_brand_kind_and_language(client, indexed):
    assert client.get("/api/search?q=factory reset&brand=lumenhall&kind=manual&language=en").json()["passages"]
    assert not client.get("/api/search?q=factory reset&kind=faq").json()["passages"]
    assert not client.get("/api/search?q=factory reset&language=he").json()["passages"]


def test_a_question_is_answered_with_sources(client, indexed):
    body = post(client, "/api/chat", {"question": QUESTION}).json()
    assert "OCTAVE" in body["answer"]
    assert not body["abstained"]
    source = body["sources"][0]
    assert source["page"] <= 2 <= source["last_page"]
    assert source["url"] == f"/documents/{source['document']}/#page-{source['page']}"
    answer = Answer.objects.get(pk=body["id"])
    assert (answer.question, body["url"]) == (QUESTION, answer.get_absolute_url())


def test_what_the_material_does_not_answer_is_said(client, indexed):
    body = post(client, "/api/chat", {"question": "Does the unicorn like strawberries on Sundays?"}).json()
    assert body["abstained"] is True


def test_a_question_may_name_brand_product_and_conversation(client, indexed):
    first = post(client, "/api/chat", {"question": QUESTION, "brand": "Lumenhall"}).json()
    more = {"product": Product.objects.get().pk, "conversation": first["conversation"]}
    second = post(client, "/api/chat", {"question": QUESTION} | more).json()
    assert second["conversation"] == first["conversation"]
    assert Answer.objects.get(pk=second["id"]).product == Product.objects.get()


def test_a_follow_up_says_what_it_was_understood_as(client, indexed):
    first = post(client, "/api/chat", {"question": QUESTION}).json()
    assert first["asked"] == ""
    second = post(client, "/api/chat", {"question": "and its weight?", "conversation": first["conversation"]}).json()
    assert second["asked"] == "The K-25’s weight?"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 422, "question"),
        ({"question": "   "}, 422, "question"),
        ({"question": "a" * 10_000}, 422, "2000"),
        ({"question": QUESTION, "brand": "Nobody"}, 404, "Nobody"),
        ({"question": QUESTION, "product": 4711}, 404, "product"),
        ({"question": QUESTION, "conversation": "nonsense"}, 404, "conversation"),
        ({"question": QUESTION, "conversation": "12345678-1234-1234-1234-123456789012"}, 404, "conversation"),
        ("[", 400, "JSON"),
    ],
)
def test_bad_questions_are_refused_with_what_to_do(client, indexed, body, status, said):
    assert said in problem_of(post(client, "/api/chat", body), status)
    assert not Answer.objects.exists()


def parse(stream: bytes) -> list[tuple[str, dict]]:
    parts = [part.split("\n", 1) for part in stream.decode().split("\n\n") if part]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]


@pytest.mark.processes
def test_an_answer_streams_as_events(installation, tmp_path):
    manual = content.load().manuals["K-Series_User_Guide.pdf"]
    (tmp_path / manual.file).write_bytes(manuals.render(manual))
    installation.manage("import_documents", "--brand", "Lumenhall", str(tmp_path / manual.file))
    with installation.web() as base:
        wanted = {"Accept": "text/event-stream"}
        body = {"question": QUESTION}
        with httpx.stream("POST", f"{base}/api/chat", json=body, headers=wanted, timeout=60) as response:
            assert response.headers["content-type"] == "text/event-stream"
            events = parse(response.read())
    assert (events[0][0], events[-1][0]) == ("start", "done")
    text = ""
    for name, data in events[1:-1]:
        text = data["text"] if name == "replace" else text + data["text"]
    assert text == events[-1][1]["answer"]
    assert "OCTAVE" in text
    assert events[-1][1]["sources"][0]["page"] == 6
