"""What a request can do by itself, whoever sends it and however it is written."""

import html
import logging
import re
import runpy
from typing import Any
from urllib.parse import urlencode

import httptools
import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.db import connection, models
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from catalog.models import Brand, Document, DocumentPage, Product, Specification
from halilit.face.pages import TOKEN
from rag.models import Answer, AnswerState, Conversation
from rag.pace import pace
from tests.halilit.test_roles import own_addresses

# When somebody did something last, what was taken out, and what is made when it is first looked for: questions that a
# manual answers, the key of a phone that is being set up, the row of what the workers are told.
WRITTEN = {"django_session", "halilit_staffaction", "rag_documentquestions", "otp_totp_totpdevice"}
WRITTEN |= {"ingestion_workerstate"}


@pytest.fixture(autouse=True)
def english_again():
    """A page in Hebrew leaves its language to whoever comes next in this thread."""
    pace.clear()
    yield
    translation.activate("en")


@pytest.fixture
def there(db) -> dict[str, str]:
    """One of everything; the value of each part of an address that names it."""
    brand = Brand.objects.create(name="Lyra", slug="lyra")
    product = Product.objects.create(brand=brand, name="Meridian", slug="lyra", page_url="https://lyra.example/1")
    given = {"title": "Guide", "url": "https://lyra.example/a.pdf", "state": "stored", "page_count": 1}
    document = Document.objects.create(pk=brand.pk, brand=brand, **given)
    document.file.save("a.txt", ContentFile(b"Hold SHIFT"))
    document.products.add(product)
    DocumentPage.objects.create(document=document, number=1, text="Hold SHIFT")
    answer = Answer.objects.create(conversation=Conversation.objects.create(), question="?", state=AnswerState.DONE)
    return {"int": str(brand.pk), "uuid": str(answer.pk), "anyslug": "lyra", "path": "lyra", "str": "x"}


def test_to_read_changes_nothing(there):
    """Every address there is, asked by somebody who may do everything."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("dana"))
    found = set()
    for address, _pattern in own_addresses():
        path = re.sub(r"<(?:(\w+):)?(\w+)>", lambda part: there.get(part[1] or "", "1"), address)
        with CaptureQueriesContext(connection) as asked:
            answered = client.get(path)
        assert answered.status_code < 500, path
        written = [
            re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', one["sql"]) for one in asked.captured_queries
        ]
        found |= {(address, table[1]) for table in written if table and table[1] not in WRITTEN}
    assert found == set()


def test_under_https_no_browser_comes_in_clear_again(rf, settings, monkeypatch):
    from halilit.face.inline import Security

    monkeypatch.setenv("HALILIT_HTTPS", "1")
    for name, value in runpy.run_module("halilit.settings").items():
        if name.startswith("SECURE_"):
            setattr(settings, name, value)
    door: Any = Security(lambda request: HttpResponse())
    answered = door(rf.get("/", headers={"X-Forwarded-Proto": "https"}))
    assert answered["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert door(rf.get("/")).status_code == 301


def test_each_refusal_is_a_line_of_the_log(client, db, settings, caplog):
    settings.SEARCH_A_MINUTE, settings.ALLOWED_HOSTS, settings.DEBUG = 1, ["testserver"], False
    strict, elsewhere = Client(enforce_csrf_checks=True, raise_request_exception=False), {"REMOTE_ADDR": "203.0.113.7"}
    with caplog.at_level(logging.WARNING):
        told = [
            strict.post("/ask/", {"question": "x"}).status_code,
            client.post("/ask/", {"question": ""}).status_code,
            [client.get("/search/?q=x", **elsewhere).status_code for _ in range(2)][1],
            strict.get("/", headers={"host": "evil.test"}).status_code,
            client.post("/api/worker/stop", "{}", "application/json").status_code,
        ]
    assert told == [403, 422, 429, 400, 401]
    assert {getattr(record, "status_code", 0) for record in caplog.records} >= set(told)
    assert "203.0.113.7" not in caplog.text, "no line says who a visitor is"


def test_of_a_value_that_is_named_twice_the_last_counts(client, db):
    assert 'value="second"' in client.get("/search/?q=first&q=second").text
    answered = client.post(
        "/preferences/theme/",
        "theme=dark&theme=light&next=//evil.test&next=/brands/",
        "application/x-www-form-urlencoded",
    )
    assert answered["Location"] == "/brands/" and client.cookies["theme"].value == "light"


@pytest.mark.parametrize(
    "fields",
    ["Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: -1", "Content-Length: 5, 5",
     "Content-Length: +5", "Content-Length: 0x5", "Transfer-Encoding: xchunked", "X: y\r\n Content-Length: 5", "Content-Length : 5", "A\x00: b"],
)  # fmt: skip
def test_a_request_that_ends_in_two_ways_is_none(fields):
    """As uvicorn reads it. What comes behind would be another request to one reader, and a body to the other."""
    parser = httptools.HttpRequestParser(type("Ears", (), {})())
    with pytest.raises(httptools.HttpParserError):
        parser.feed_data(
            f"POST / HTTP/1.1\r\nHost: x\r\n{fields}\r\n\r\nGET /admin/ HTTP/1.1\r\n\r\n".encode("latin-1")
        )


ODD = "\"'><img src=x onerror=alert(1)></script><script>alert(2)</script>"


def fitting(field: models.Field) -> str:
    """As much of it as the field holds; where addresses are expected, one that would act."""
    text = f"javascript:alert(3)//{ODD}" if "url" in field.name else ODD
    return text[: field.max_length or 1000]


def test_no_text_becomes_markup_on_any_page(there):
    """Every text of every record, whoever wrote it, at every address, for staff and for visitors."""
    for model in (Brand, Product, Document, DocumentPage, Answer):
        kept = {
            "slug",
            "state",
            "kind",
            "mime_type",
            "lifecycle",
            "known_from",
            "render_mode",
            "language",
            "file",
            "logo",
        }
        texts = [field for field in model._meta.fields if isinstance(field, models.CharField | models.TextField)]
        model.objects.update(**{each.name: fitting(each) for each in texts if each.name not in kept})
    given = {"n": 1, "document": int(there["int"]), "page": 1, "last_page": 1, "paged": True, "kind": "manual"}
    source = (
        given
        | dict.fromkeys(("title", "brand", "heading", "text"), ODD)
        | {"url": f"javascript:{ODD}", "quotes": [ODD]}
    )
    Answer.objects.update(sources=[source], text=f"# {ODD}\n- **{ODD}** [1]\n| {ODD} | b |\n|---|---|\n| c | {ODD} |")
    Specification.objects.create(product=Product.objects.get(), section=ODD, label=ODD, value=ODD)
    staff, shown = Client(raise_request_exception=False), 0
    staff.force_login(User.objects.create_superuser("dana"))
    said = urlencode({"q": ODD, "question": ODD, "mark": ODD, "p": there["int"], "next": f"javascript:{ODD}"})
    places = [
        re.sub(r"<(?:(\w+):)?(\w+)>", lambda part: there.get(part[1] or "", "1"), each) for each, _ in own_addresses()
    ]
    records = [f"/admin/{each}/" for each in ("catalog/brand", "catalog/product", "catalog/document", "rag/answer")]
    for path in [*records, *(f"{each}?{said}" for each in places if not each.startswith(("/admin/", "/api/")))]:
        for client in [staff] if path.startswith(("/staff/", "/admin/")) else [staff, Client()]:
            page = client.get(path)
            if page.status_code == 200 and "html" in page["Content-Type"]:
                shown += ODD[:20] in html.unescape(page.text)
                assert not re.search(r"<img src=x|<script>alert|(?:href|src|action)=\"\s*javascript:", page.text), path
    assert shown > 30


SAID = [
    {"Accept-Language": "he"}, {"HX-Request": "true", "HX-Target": "x"}, {"X-Forwarded-Host": "evil.test"}, {"X-Forwarded-Proto": "https"},
    {"Forwarded": "host=evil.test"}, {"X-Original-URL": "/admin/"}, {"X-HTTP-Method-Override": "POST"}, {"Authorization": "Bearer x"},
    {"Cookie": "theme=dark"}, {"Cookie": "messages=x"}, {"Cookie": "sessionid=x"}, {"Cookie": f"csrftoken={'z' * 32}"}, {"Range": "bytes=0-9"},
    {"If-None-Match": "*"}, {"Accept-Encoding": "gzip"}, {"Host": "testserver:81"},
]  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/products/lyra/lyra/"])
def test_nothing_of_a_request_shows_in_the_page_that_the_next_visitor_gets(there, path):
    """Pages are kept: whoever comes first must not decide what others see."""

    def seen(query: str = "", **headers: str) -> str:
        page = Client(headers=headers).get(path + query)
        return TOKEN.sub(b"", page.content).decode(errors="replace")

    caches["pages"].clear()
    plain = seen()
    for said in SAID:
        caches["pages"].clear()
        seen(**said)
        seen("?x=evil&show=documents", **said)
        assert seen() == plain, said
