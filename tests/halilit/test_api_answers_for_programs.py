"""What programs rely on beside the data: scopes, limits, cursors, ETags, and problems told in one form."""

import pytest
from django.test import Client

from catalog.models import Product
from halilit.models import ApiToken, Scope
from rag.models import SearchSynonym
from rag.pace import pace

from .test_api_read import problem_of

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def token(db):
    """Makes a token of some scopes; returns its header."""

    def make(*scopes, a_minute=0):
        made = ApiToken(name="-".join(scopes) or "none", scopes=list(scopes), a_minute=a_minute)
        secret = made.renew()
        made.save()
        return {"Authorization": f"Bearer {secret}"}

    yield make
    pace.clear()


def test_a_token_does_what_its_scopes_say_and_hears_which_is_missing(client, brand, token):
    reads, edits = token(Scope.READ), token(Scope.EDIT)
    assert client.get("/api/changes", headers=reads).status_code == 200
    assert "edit" in problem_of(client.post("/api/synonyms", {}, "application/json", headers=reads), 403)
    word = {"term": "zither can", "means": "headphones"}
    statuses = [
        client.post("/api/synonyms", word, "application/json", headers=edits).status_code for _again in range(2)
    ]
    assert statuses == [201, 200]
    assert SearchSynonym.objects.get(term="zither can").synonyms == "headphones"
    assert "operate" in problem_of(client.post("/api/worker/stop", headers=edits), 403)
    assert client.get("/api/me", headers=edits).json()["scopes"] == ["edit"]
    assert client.get("/api/me").json()["kind"] == "visitor"


def test_who_asks_too_often_hears_when_to_go_on(client, brand, token, settings):
    often = token(Scope.READ, a_minute=2)
    assert [client.get("/api/me", headers=often).status_code for _n in range(3)] == [200, 200, 429]
    refused = client.get("/api/me", headers=often)
    assert int(refused["Retry-After"]) > 0 and "token" in problem_of(refused, 429)
    settings.API_A_MINUTE = 1
    assert [client.get("/api/me", **ELSEWHERE).status_code for _n in range(2)] == [200, 429]
    assert client.get("/api/me").status_code == 200  # this machine itself


def test_pages_follow_their_cursor_without_gap_or_repetition(client, brand):
    for number in range(5):
        Product.objects.create(brand=brand, name=f"P{number}", slug=f"p{number}", page_url=f"http://x/{number}")
    seen, cursor = [], ""
    while True:
        body = client.get(f"/api/products?limit=2&cursor={cursor}").json()
        seen += [item["id"] for item in body["items"]]
        if len(seen) == 2:  # what comes meanwhile is found, what was seen stays seen
            Product.objects.create(brand=brand, name="New", slug="new", page_url="http://x/new")
        if not (cursor := body["next"]):
            break
    assert seen == sorted(Product.objects.values_list("pk", flat=True))
    problem_of(client.get("/api/products?cursor=nonsense"), 422)
    problem_of(client.get("/api/products?cursor=WyJ4IiwgIngiXQ"), 422)


def test_what_has_not_changed_is_not_sent_again(client, brand):
    first = client.get("/api/brands/stats")
    again = client.get("/api/brands/stats", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Product.objects.create(brand=brand, name="P", slug="p", page_url="http://x/p")
    assert client.get("/api/brands/stats", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_whatever_goes_wrong_is_a_problem_detail(brand, monkeypatch):
    client = Client(raise_request_exception=False)
    refused = client.delete("/api/brands")
    assert "GET" in problem_of(refused, 405) and refused["Allow"] == "GET"
    problem_of(client.get("/api/nothing"), 404)
    monkeypatch.setattr("halilit.api.queries.stats", lambda: 1 / 0)
    assert "ZeroDivision" not in problem_of(client.get("/api/brands/stats"), 500)


def test_a_request_keeps_its_name_and_is_counted(client, brand):
    assert client.get("/api/me", headers={"X-Request-ID": "shop-17"})["X-Request-ID"] == "shop-17"
    forged = client.get("/api/me", headers={"X-Request-ID": "a b\tERROR"})["X-Request-ID"]
    assert len(forged) == 32
    assert 'halilit_request_seconds_count{method="GET",status="200",view="api:me"}' in client.get("/metrics").text
