"""What the tests of running sites share: starting one takes seconds."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from catalog.models import Document
from rag import producers
from tests.gemini_endpoint import ANSWER
from tests.installation import wait_until
from tests.people import staff_as

from .site import Site, running_site

# A database that is only read may serve all examples of a property.
QUIETLY: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("short", max_examples=60, **QUIETLY)
settings.register_profile("thorough", max_examples=10_000, **QUIETLY)


@pytest.fixture(autouse=True)
def no_answer_goes_on() -> Iterator[None]:
    """What a test has asked is over before the next one counts what its model is asked."""
    yield
    wait_until(lambda: not producers.waiting(), 60, "every answer is written")


@pytest.fixture(scope="session")
def one_site(tmp_path_factory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def site(one_site: Site) -> Site:
    """A running site whose model has not been asked yet."""
    model = one_site.model
    model.mode, model.delay, model.answer, model.gate = "normal", 0.01, ANSWER, None
    model.requests.clear()
    return one_site


@pytest.fixture
def gate(site: Site) -> Iterator[threading.Semaphore]:
    """Lets as many words of the site's model pass as it is released for, at first none."""
    site.model.gate = threading.Semaphore(0)
    yield site.model.gate
    site.model.gate.release(1000)


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
