"""What the tests of running sites share: starting one takes seconds."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from catalog.models import Document
from tests.gemini_endpoint import ANSWER
from tests.people import staff_as

from .site import SLOWLY, Site, running_site

# A database that is only read may serve all examples of a property.
QUIETLY: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("short", max_examples=60, **QUIETLY)
settings.register_profile("thorough", max_examples=10_000, **QUIETLY)


@pytest.fixture(scope="session")
def one_site(tmp_path_factory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def site(one_site: Site) -> Site:
    """A running site whose model answers slowly, and has not been asked yet."""
    one_site.model.mode, one_site.model.delay = "normal", SLOWLY
    one_site.model.answer = ANSWER
    one_site.model.requests.clear()
    return one_site


@pytest.fixture
def guide(library) -> Document:
    return Document.objects.get(title="Tremor 25 - User Guide")


@pytest.fixture
def staff(django_user_model):
    return staff_as(password="x")


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    return client
