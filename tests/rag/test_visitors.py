"""Limits on searching, and on asking while everybody asks."""

import copy
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from catalog.models import Brand, Product
from rag import producers, visitors
from rag.models import Answer
from rag.pace import Pace, pace


@pytest.fixture(autouse=True)
def _fresh():
    pace.clear()
    yield
    pace.clear()


def search(client, address="203.0.113.7", **headers):
    return client.get("/search/?q=tremor", REMOTE_ADDR=address, headers=headers)


def test_searches_have_a_pace(db, client, settings):
    settings.SEARCH_A_MINUTE = 2
    assert [search(client).status_code for _ in range(3)] == [200, 200, 429]
    refused = search(client)
    assert 0 < int(refused["Retry-After"]) <= 30
    assert "searched very often" in refused.text and 'value="tremor"' in refused.text
    assert "searched very often" in search(client, **{"HX-Request": "true"}).text
    assert search(client, "203.0.113.8").status_code == 200
    api = client.get("/api/search?q=x", REMOTE_ADDR="203.0.113.7")
    assert api.status_code == 429 and 0 < int(api["Retry-After"]) <= 30


def test_all_visitors_together_have_one_too(db, client, settings):
    settings.SEARCH_ALL_A_MINUTE, settings.ASK_ALL_A_MINUTE = 1, 1
    assert [search(client, f"203.0.113.{n}").status_code for n in range(2)] == [200, 429]
    asked = [client.post("/ask/", {"question": "x"}, REMOTE_ADDR=f"203.0.113.{n}").status_code for n in range(2)]
    assert asked == [303, 429]


def test_a_full_queue_refuses_politely_and_keeps_the_question(db, client, settings, monkeypatch):
    settings.ASK_WAITING = 3
    with monkeypatch.context() as full:
        full.setattr(producers, "_here", {1, 2, 3})
        refused = client.post("/ask/", {"question": "how loud is it"})
    assert refused.status_code == 429
    assert "would wait too long" in refused.text and "how loud is it" in refused.text
    assert not Answer.objects.exists()


def test_a_pace_fills_evenly_and_forgets_who_came_long_ago(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("rag.pace.time.monotonic", lambda: now[0])
    monkeypatch.setattr("rag.pace.MOST_KEPT", 2)
    kept = Pace()
    assert [kept.wait("a", 2) for _ in range(3)] == [0.0, 0.0, 30.0]
    now[0] = 30.0
    assert kept.wait("a", 2) == 0.0
    for key in "bcd":
        kept.wait(key, 2)
    assert len(kept._buckets) == 2
    assert kept.wait("x", 0) == 0.0


def test_of_questions_at_once_each_is_counted(rf, settings, monkeypatch):
    settings.ASK_A_MINUTE, settings.ASK_A_DAY, settings.ASK_ALL_A_MINUTE = 3, 0, 0
    kept: dict[str, Any] = {}
    request = rf.get("/ask/")

    def slowly(key):
        found = kept.get(key)
        time.sleep(0.05)  # as long as others may come between
        return copy.copy(found)

    slow = SimpleNamespace(get=slowly, set=lambda key, value, _seconds: kept.update({key: value}))
    monkeypatch.setattr(visitors, "cache", slow)
    with ThreadPoolExecutor(8) as pool:
        refused = list(pool.map(lambda _n: visitors.refusal(request), range(8)))
    assert refused.count(None) == 3


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::"), ("::ffff:203.0.113.7", "203.0.113.7"), ("", "")],
)  # fmt: skip
def test_a_visitor_is_an_address_or_a_network_of_ipv6(rf, address, network):
    assert visitors.network_of(rf.get("/", REMOTE_ADDR=address)) == network


def test_what_staff_hid_is_told_to_nobody_who_asks_about_it(db, client):
    brand = Brand.objects.create(name="Lumenhall", slug="lumenhall")
    hidden = Product.objects.create(
        brand=brand, name="Secret 9", slug="secret-9", page_url="https://lumenhall.example/9", hidden=True
    )
    assert "Secret 9" not in client.get(f"/ask/?product={hidden.pk}").text
    asked = client.post("/ask/", {"question": "How heavy is it?", "product": hidden.pk})
    assert asked.status_code == 400 and "Secret 9" not in asked.text
    assert client.get(f"/ask/suggestions/?product={hidden.pk}").status_code == 404
    chat = {"question": "How heavy is it?", "product": hidden.pk}
    assert client.post("/api/chat", chat, "application/json").status_code == 404
    assert not Answer.objects.exists()
