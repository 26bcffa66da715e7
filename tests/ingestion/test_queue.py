"""Scrapes through real processes: web, cluster and Chromium, and what a kill leaves behind."""

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.installation import Installation, end_group, wait_until

pytestmark = [pytest.mark.processes]
PASSWORD = "a-password-for-tests"


@contextlib.contextmanager
def demo_site(installation: Installation, *words: str) -> Iterator[str]:
    ready = installation.folder / "demo-ready.json"
    process = installation.start(
        sys.executable, "manage.py", "demo_site", "--port", "0", "--ready-file", str(ready), *words
    )
    try:
        wait_until(ready.exists, 60, "the demo site is ready")
        yield next(iter(json.loads(ready.read_text()).values()))
    finally:
        end_group(process)


def ask(installation: Installation, question: str, *values: Any) -> list[Any]:
    return installation.rows(question, *values)


PEOPLE_AND_BRAND = """
from django.contrib.auth.models import User
from catalog.models import Brand
User.objects.create_superuser("staff", password={password!r})
Brand.objects.create(name="Lumenhall", slug="lumenhall", website={url!r}, requests_per_second=15)
"""


def state(installation: Installation) -> str:
    return str(ask(installation, "select state from ingestion_ingestionrun order by id desc limit 1")[0][0])


@pytest.mark.browser
def test_staff_start_a_scrape_in_the_admin_and_watch_it_to_its_end(installation: Installation, page: Page):
    with demo_site(installation, "--delay", "0.05") as url, installation.web() as base:
        installation.manage("shell", "-v0", "-c", PEOPLE_AND_BRAND.format(password=PASSWORD, url=url))
        page.goto(f"{base}/admin/catalog/brand/")
        page.fill("[name=username]", "staff")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.check("tr:has-text('Lumenhall') .action-select")
        page.select_option("[name=action]", "scrape_now")
        seen = percentages(page)
        page.click("button[name=index]")
        progress = page.locator("#run-progress")
        expect(progress.locator("progress")).to_be_visible(timeout=60_000)
        with installation.cluster("scrape"):  # not sooner, or it may be over before the page is there to watch it
            expect(progress).to_contain_text("completed", timeout=200_000)
            assert len(set(seen)) >= 3 and seen == sorted(seen), f"the percentage ran {seen}"
            assert not page.locator("#run-progress[hx-trigger]").count(), "it goes on polling"
            page.goto(f"{base}/brands/lumenhall/")
            expect(page.locator("main")).to_contain_text("K-49")
            page.goto(f"{base}/search/?q=K-49+factory+reset")
            expect(page.locator("main")).to_contain_text("K-Series")
    assert ask(installation, "select count(*) from catalog_product")[0][0] == 15


def percentages(page: Page) -> list[int]:
    """Each value that the bar shows, in their order, written down by the page itself: it reloads when the run ends."""
    seen: list[int] = []
    page.expose_function("barShows", lambda value: seen.append(int(value)))
    page.add_init_script("""
        new MutationObserver(() => {
            const bar = document.querySelector('#run-progress progress');
            if (bar) barShows(bar.value);
        }).observe(document, {childList: true, subtree: true});
    """)
    return seen


def test_a_cancel_stops_the_worker_within_seconds(installation: Installation):
    with demo_site(installation) as url, installation.cluster("scrape"):
        installation.manage("scrape", "Lumenhall", "--url", url, "--rate", "5")
        wait_until(
            lambda: ask(installation, "select count(*) from ingestion_frontierurl where state = 'stored'")[0][0] > 2,
            120,
            "it is at work",
        )
        installation.manage(
            "shell",
            "-v0",
            "-c",
            "from ingestion.models import *; from ingestion.services import *; cancel_run(IngestionRun.objects.get())",
        )
        wait_until(lambda: state(installation) == "cancelled", 10, "the run is cancelled")
    assert ask(installation, "select count(*) from ingestion_frontierurl where state = 'queued'")[0][0] > 0
