"""What tests of runs in this process begin with; a module may have a site of its own kind."""

from collections.abc import Iterator

import pytest

from catalog.models import Brand

from .site import Site, serve, text


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as served:
        served.answers["/robots.txt"] = text("User-agent: *\nDisallow: /private\n")
        yield served


@pytest.fixture
def brand(site: Site) -> Brand:
    return Brand.objects.create(name="Tonewerk", slug="tonewerk", website=site.base)


@pytest.fixture
def impatient(settings):
    settings.RETRY_SECONDS = (0.2, 0.2, 0.2)
