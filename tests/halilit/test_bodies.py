"""A body that is too large or too slow is refused with a page that says so, whether or not a proxy stands before."""

import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.handlers.asgi import ASGIHandler
from django.test import Client

from halilit import bodies
from tests.people import staff_as

KB = b"x" * 1000


def sent(path: str, *parts: bytes | float, length: int = 0, **headers: str) -> tuple[int, str, int]:
    """Status and text of the answer, and how many parts were taken. A number among the parts is a pause in seconds."""
    taken, said = 0, list[Any]()

    async def receive() -> dict[str, Any]:
        nonlocal taken
        while taken < len(parts):
            part, taken = parts[taken], taken + 1
            if isinstance(part, bytes):
                return {"type": "http.request", "body": part, "more_body": taken < len(parts)}
            await asyncio.sleep(part)
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(message: Any) -> None:
        said.append(message)

    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    told.append((b"content-length", str(length).encode()) if length else (b"transfer-encoding", b"chunked"))
    scope = {"type": "http", "method": "POST", "path": path, "headers": told, "query_string": b"", "server": ("h", 80)}
    asyncio.run(bodies.Bodies(ASGIHandler())(scope, receive, send))
    return said[0]["status"], b"".join(each.get("body", b"") for each in said).decode(), taken


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(bodies, "FORM", (10_000, 0.2))
    monkeypatch.setattr(bodies, "LINGERS", 0.0)


def test_one_that_says_how_large_it_is_is_not_even_read(small):
    status, text, taken = sent("/en/ask/", KB, length=10_001)
    assert (status, taken) == (413, 0)
    assert "Nothing was stored" in text


def test_one_that_does_not_is_read_to_the_limit(small):
    status, text, taken = sent("/he/ask/", *[KB] * 100)
    assert (status, taken) == (413, 11)
    assert 'lang="he"' in text


def test_one_that_comes_drop_by_drop_ends(small):
    status, text, _taken = sent("/api/chat", b"{", 30.0, b"}")
    assert status == 408
    assert '"status": 408' in text and "nothing was stored" in text


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}"


@pytest.mark.django_db(transaction=True)
def test_manuals_that_staff_send_may_be_larger(small):
    cookie = session_of(staff_as("editor"))
    status, _text, taken = sent("/staff/uploads/", *[KB] * 20, host="testserver", cookie=cookie)
    assert (status, taken) == (403, 20)  # read to its end, and refused for want of a token


@pytest.mark.parametrize("length", [0, 20_000], ids=["of unknown length", "large"])
@pytest.mark.django_db(transaction=True)
def test_what_others_send_there_is_not_even_read(small, length):
    cookies = [
        "",
        "sessionid=x",
        session_of(staff_as("viewer", name="vera")),
        session_of(User.objects.create_user("eve")),
    ]
    for cookie in cookies:
        status, text, taken = sent("/he/staff/uploads/", *[KB] * 20, length=length, host="testserver", cookie=cookie)
        assert (status, taken) == (403, 0) and 'lang="he"' in text


def test_one_within_the_limits_goes_to_the_site(small, db):
    status, _text, taken = sent(
        "/api/chat", b'{"question"', b': ""}', host="testserver", content_type="application/json"
    )
    assert (status, taken) == (422, 2)


def test_a_refusal_is_told_whole_before_its_connection_ends(small):
    """Who is sending still, as a proxy is, would take it for a broken one and never read why."""
    said = list[Any]()

    async def send(message: Any) -> None:
        said.append(message)

    scope = {"type": "http", "method": "POST", "path": "/ask/", "headers": [], "query_string": b"", "server": ("h", 80)}
    asyncio.run(bodies.refuse(scope, send, 413, 6_000_000))
    start, page, end = said
    length = dict(start["headers"])[b"content-length"]
    assert int(length) == len(page["body"]) > 100 and page["more_body"] and not end["body"]
