"""The open part of the JSON API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.corrections import hide_document
from catalog.models import Brand, Document, DocumentState, Product
from ingestion.models import IngestionStatus, RunState


def problem_of(response, status):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status and body["detail"]
    return body["detail"]


def test_brands_are_listed_with_their_counts(client, brand):
    Brand.objects.create(name="Sleeping", slug="sleeping", active=False)
    body = client.get("/api/brands").json()
    assert body["count"] == 1
    assert body["items"][0] == {
        "id": brand.pk,
        "name": "Lumenhall",
        "slug": "lumenhall",
        "website": brand.website,
        "distributor_url": "",
        "priority": False,
        "active": True,
        "products": 1,
        "documents": 1,
        "status": "",
    }


def test_brands_are_found_by_a_part_of_the_name(client, brand):
    Brand.objects.create(name="Other", slug="other")
    assert [item["name"] for item in client.get("/api/brands?q=LUMEN").json()["items"]] == ["Lumenhall"]


def test_brand_stats_add_up(client, brand):
    Brand.objects.create(name="Empty", slug="empty")
    Document.objects.create(brand=brand, title="Linked only", url="http://x/", state=DocumentState.LINKED)
    body = client.get("/api/brands/stats").json()
    assert (body["brands"], body["brands_with_documents"], body["products"], body["documents"]) == (2, 1, 1, 1)
    assert (body["pages"], body["documents_by_kind"]) == (2, {"manual": 1})
    assert {row["slug"]: row["documents"] for row in body["by_brand"]} == {"lumenhall": 1, "empty": 0}


def test_one_brand_comes_with_its_families(client, brand):
    body = client.get(f"/api/brands/{brand.pk}").json()
    assert body["name"] == "Lumenhall"
    assert [(family["name"], family["products"]) for family in body["families"]] == [("Keyboards", 1)]


def test_products_come_with_specifications_and_documents(client, brand):
    body = client.get(f"/api/brands/{brand.pk}/products").json()
    (product,) = body["items"]
    assert (product["name"], product["sku"], product["price"], product["family"]) == (
        "Lumenhall K-25",
        "LH-K025-01",
        "129.00",
        "Keyboards",
    )
    assert product["specifications"] == [{"label": "Weight", "value": "0.9 kg", "section": ""}]
    assert product["documents"] == [Document.objects.get().pk]
    assert client.get(product["url"]).status_code == 200
    assert client.get(f"/api/brands/{brand.pk}/products?q=lh-k025-01").json()["count"] == 1
    assert client.get(f"/api/brands/{brand.pk}/products?q=nothing").json()["count"] == 0


def test_products_that_are_gone_are_left_out(client, brand):
    Product.objects.update(gone_since="2024-01-01T00:00:00Z")
    assert client.get(f"/api/brands/{brand.pk}/products").json()["count"] == 0


def test_recent_documents_come_newest_first(client, brand):
    Document.objects.create(
        brand=brand, title="Older", url="http://x/1", state=DocumentState.STORED, fetched_at="2020-01-01T00:00:00Z"
    )
    titles = [item["title"] for item in client.get("/api/documents/recent").json()["items"]]
    assert titles == ["K-Series User Guide", "Older"]
    assert [item["title"] for item in client.get("/api/documents/recent?limit=1&offset=1").json()["items"]] == ["Older"]


def test_the_number_of_queries_does_not_grow_with_the_rows(client, brand):
    address = f"/api/brands/{brand.pk}/products"
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    for number in range(20):
        Product.objects.create(brand=brand, name=f"P{number}", slug=f"p{number}", page_url=f"http://x/{number}")
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).json()["count"] == 21
    assert len(many) == len(few)


def test_ingestion_status_shows_errors_to_staff_and_tokens_alone(client, brand, staff, bearer):
    IngestionStatus.objects.create(brand=brand, state=RunState.FAILED, percent=40, last_error="The host is silent.")
    (row,) = client.get("/api/ingestion/status").json()["items"]
    assert (row["brand"], row["state"], row["percent"], row["last_error"]) == ("Lumenhall", "failed", 40, "")
    by_token = client.get("/api/ingestion/status?brand=lumenhall", headers=bearer).json()
    assert by_token["items"][0]["last_error"] == "The host is silent."
    client.force_login(staff)
    assert client.get("/api/ingestion/status").json()["items"][0]["last_error"] == "The host is silent."


def test_active_scrapes_come_first(client, brand):
    other = Brand.objects.create(name="Other", slug="other")
    IngestionStatus.objects.create(brand=other, state=RunState.RUNNING)
    IngestionStatus.objects.create(brand=brand, state=RunState.COMPLETED)
    body = client.get("/api/ingestion/status").json()
    assert body["active"] == 1
    assert [row["brand"] for row in body["items"]] == ["Other", "Lumenhall"]


def test_worker_status_tells_mode_and_clusters(client, db):
    body = client.get("/api/worker/status").json()
    assert (body["mode"], body["running"], body["clusters"]) == ("stopped", [], 0)


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/api/brands/4711", 404, "/api/brands"),
        ("/api/brands/4711/products", 404, "/api/brands"),
        ("/api/brands?limit=0", 422, "limit"),
        ("/api/brands?limit=many", 422, "limit"),
        ("/api/brands?offset=-1", 422, "offset"),
        ("/api/documents/recent?limit=100000", 422, "limit"),
        ("/api/ingestion/status?brand=nobody", 404, "nobody"),
        ("/api/brands/lumenhall", 404, "/api/docs"),
        ("/api/nothing", 404, "/api/docs"),
        ("/api/search", 422, "q"),
        ("/api/search?q=" + "a" * 300, 422, "q"),
        ("/api/search?q=reset&brand=nobody", 404, "nobody"),
    ],
)
def test_bad_input_is_refused_with_what_to_do(client, brand, address, status, said):
    assert said in problem_of(client.get(address), status)


def test_the_openapi_document_names_every_route(client, db):
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} == {
        "GET /api/dry-runs/{brand_name}",
        "POST /api/dry-runs/{brand_name}",
        "GET /api/webhooks",
        "POST /api/webhooks",
        "DELETE /api/webhooks/{webhook_id}",
        "GET /api/webhooks/{webhook_id}/deliveries",
        "POST /api/webhooks/deliveries/{delivery_id}/again",
        "GET /api/brands",
        "GET /api/brands/stats",
        "GET /api/brands/{brand_id}",
        "GET /api/brands/{brand_id}/products",
        "GET /api/changes",
        "GET /api/coverage",
        "GET /api/documents",
        "GET /api/documents/recent",
        "GET /api/documents/{document_id}",
        "GET /api/documents/{document_id}/pages",
        "GET /api/me",
        "GET /api/products",
        "GET /api/products/{product_id}",
        "GET /api/questions",
        "GET /api/runs",
        "GET /api/runs/{run_id}/log",
        "GET /api/searches",
        "GET /api/synonyms",
        "POST /api/synonyms",
        "GET /api/plans/{brand_name}",
        "PUT /api/plans/{brand_name}",
        "GET /api/runs/{run_id}",
        "POST /api/runs/{run_id}/cancel",
        "POST /api/runs/{run_id}/pause",
        "POST /api/runs/{run_id}/resume",
        "POST /api/worker/release/{brand_name}",
        "PUT /api/worker/quiet",
        "GET /api/ingestion/status",
        "GET /api/worker/status",
        "GET /api/search",
        "POST /api/worker/start",
        "POST /api/worker/stop",
        "POST /api/worker/scrape/{brand_name}",
        "POST /api/chat",
    }


def test_changes_are_for_staff_and_tokens_and_can_be_filtered(client, brand, staff, bearer):
    assert client.get("/api/changes").status_code == 401
    hide_document(Document.objects.get(), user=staff)
    (item,) = client.get("/api/changes?by=staff&kind=hidden&brand=lumenhall", headers=bearer).json()["items"]
    assert (item["kind"], item["user"], item["document"]) == ("hidden", "dana", Document.objects.get().pk)
    assert client.get("/api/changes?by=site", headers=bearer).json() == {"count": 0, "items": []}
    assert client.get("/api/changes?kind=nonsense", headers=bearer).status_code == 422
    client.force_login(staff)
    assert client.get("/api/changes").json()["count"] == 1


@pytest.mark.parametrize("path", ["/api/brands", "/api/brands/stats", "/api/worker/status", "/api/nowhere"])
def test_a_head_tells_what_a_get_would_without_its_body(client, brand, path):
    read, asked = client.get(path), client.head(path)
    assert (asked.status_code, asked.get("ETag"), asked.content) == (read.status_code, read.get("ETag"), b"")
