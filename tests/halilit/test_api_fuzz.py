"""Schemathesis asks every route of the OpenAPI document: no 5xx, and each answer is what the document says."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from catalog.models import Document, Product
from halilit.models import ApiToken, Delivery, Scope, Webhook
from ingestion.models import IngestionRun, RunState

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BOUNDED = settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def known(brand):
    """What is there, by the name of the path's parameter."""
    run = IngestionRun.objects.create(brand=brand, state=RunState.PAUSED, start_url="http://x/")
    hook = Webhook.objects.create(name="shop", url="https://shop.example/", events=["run.failed"])
    sent = Delivery.objects.create(webhook=hook, event="run.failed", about="1")
    return {
        "brand_id": brand.pk,
        "brand_name": brand.slug,
        "product_id": Product.objects.get().pk,
        "document_id": Document.objects.get().pk,
        "run_id": run.pk,
        "webhook_id": hook.pk,
        "delivery_id": sent.pk,
    }


@pytest.fixture
def freely(db):
    token = ApiToken(name="fuzz", scopes=list(Scope.values), a_minute=0)
    secret = token.renew()
    token.save()
    return {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}


@pytest.fixture
def one_connection(monkeypatch):
    """The test's own, which a request's end would close; Django's test client does the same."""
    monkeypatch.setattr("django.conf.settings.ALLOWED_HOSTS", ["*"])
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_answer_is_what_the_openapi_document_says(known, freely, one_connection):
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    asked, succeeded = set(), set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @BOUNDED
        @given(case=operation.as_strategy())
        def ask(case):
            for there in (False, True):
                if there:  # the same again, of something that is there
                    case.path_parameters = {n: known.get(n, v) for n, v in (case.path_parameters or {}).items()}
                response = case.call(headers=freely)
                case.validate_response(response, checks=CHECKS)
                asked.add(case.operation.label)
                if response.status_code < 300:
                    succeeded.add(case.operation.label)

        ask()
    assert len(asked) == len(list(schema.get_all_operations()))
    assert len(succeeded) > len(asked) / 2, f"Hardly anything succeeded: {sorted(succeeded)}"
