"""A day of the staff's, in a real Chromium, on one installation with real clusters: each part goes on from the last."""

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from ingestion.chromium import find_chromium, launch_arguments
from tests.installation import Installation, end_group, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.processes]
PASSWORD = "a-password-for-tests"
PREPARE = """
from django.contrib.auth.models import User
from catalog.models import Brand
User.objects.create_superuser("dana", password={password!r})
print(Brand.objects.create(name="Lumenhall", slug="lumenhall", website={url!r}, requests_per_second=0).pk)
"""
MANUAL = (
    b"K-49 Service Notes\n\nThe fuse of the K-49 is T500mA. It lies under the bottom plate, behind four screws.\n" * 4
)


@contextlib.contextmanager
def site_of_the_brand(installation: Installation) -> Iterator[str]:
    ready = installation.folder / "demo-ready.json"
    words = ("demo_site", "--port", "0", "--ready-file", str(ready), "--delay", "0.05")
    process = installation.start(sys.executable, "manage.py", *words)
    try:
        wait_until(ready.exists, 60, "the demo site is ready")
        yield next(iter(json.loads(ready.read_text()).values()))
    finally:
        end_group(process)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    installation = Installation.migrated(tmp_path_factory.mktemp("day") / "installation")
    with (
        site_of_the_brand(installation) as url,
        installation.web() as address,
        installation.cluster("scrape"),
        installation.cluster(),
    ):
        installation.manage("shell", "-v0", "-c", PREPARE.format(password=PASSWORD, url=url))
        yield address


@pytest.fixture(scope="module")
def desk(base: str) -> Iterator[Page]:
    """The page that is open all day."""
    with sync_playwright() as playwright:
        executable = find_chromium(os.environ.get("HALILIT_CHROMIUM", ""))
        browser = playwright.chromium.launch(executable_path=executable, args=launch_arguments())
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en")
        page.set_default_timeout(40_000)
        expect.set_options(timeout=40_000)
        page.goto(f"{base}/staff/")
        page.fill("[name=username]", "dana")
        page.fill("[name=password]", PASSWORD)
        page.click("main [type=submit]")
        yield page
        browser.close()


def tab(desk: Page, name: str) -> None:
    """From any page, with the mouse alone."""
    tabs = desk.get_by_role("navigation", name="Staff’s pages")
    if not tabs.count():
        desk.get_by_role("navigation", name="Main").get_by_role("link", name="Staff").click()
    tabs.get_by_role("link", name=name).click()


def tab_of_the_brand(desk: Page, name: str) -> None:
    tab(desk, "Brands")
    desk.locator("table.records").get_by_role("link", name="Lumenhall", exact=True).click()
    desk.get_by_role("navigation", name="The brand’s desk").get_by_role("link", name=name).click()


def test_logging_in_leads_to_the_overview(desk: Page, base: str):
    expect(desk.get_by_role("heading", name="Scrapes")).to_be_visible()
    assert desk.url.endswith("/staff/")


def test_a_dry_run_tells_what_a_scrape_would_fetch_and_stores_nothing(desk: Page):
    tab_of_the_brand(desk, "Dry run")
    desk.get_by_role("button", name="Begin the dry run").click()
    expect(desk.get_by_text("Would be fetched")).to_be_visible()
    expect(desk.get_by_text("robots.txt forbids it.").first).to_be_attached()
    desk.get_by_role("link", name="Addresses").click()
    expect(desk.get_by_text("Nothing has been read yet")).to_be_visible()


def test_a_scrape_is_started_watched_paused_resumed_and_cancelled_from_the_overview(desk: Page):
    tab(desk, "Overview")
    desk.get_by_role("button", name="Scrape Lumenhall now").click()
    expect(desk.locator("#live").get_by_text(re.compile(r"\d+ of \d+ addresses"))).to_be_visible()
    desk.get_by_role("button", name="Pause the scrape of Lumenhall").click()
    expect(desk.locator("#live").get_by_text("paused", exact=True)).to_be_visible()
    desk.get_by_role("button", name="Let the scrape of Lumenhall go on").click()
    expect(desk.locator("#live").get_by_text("running", exact=True)).to_be_visible()
    desk.get_by_role("button", name="Cancel the scrape of Lumenhall").click()
    expect(desk.get_by_text("The scrape of Lumenhall is cancelled.")).to_be_visible()
    expect(desk.get_by_text("Nothing is being scraped.")).to_be_visible()


def test_a_scrape_that_ends_is_shown_without_reloading(desk: Page):
    assert desk.url.endswith("/staff/")
    desk.get_by_role("button", name="Scrape Lumenhall now").click()
    expect(desk.locator("#state").get_by_text("completed", exact=True)).to_be_visible(timeout=180_000)


def test_visits_are_scheduled(desk: Page):
    tab_of_the_brand(desk, "Plan")
    desk.fill("[name=every_hours]", "24")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text(re.compile("Next visit:"))).to_be_visible()


def test_a_manual_is_uploaded_and_read(desk: Page):
    tab_of_the_brand(desk, "Upload")
    desk.set_input_files("[name=sent]", {"name": "K-49 Service Notes.txt", "mimeType": "text/plain", "buffer": MANUAL})
    desk.locator("main form[enctype] [type=submit]").click()
    expect(desk.locator("#received .badge.good").first).to_be_visible()


def test_a_gap_is_mended(desk: Page):
    tab_of_the_brand(desk, "Coverage")
    gaps = desk.get_by_role("button", name="Does not exist")
    before = gaps.count()
    gaps.first.click()
    expect(desk.get_by_text("is marked as not existing")).to_be_visible()
    assert gaps.count() == before - 1


def test_a_failed_search_becomes_a_synonym_with_one_click(desk: Page, base: str):
    with desk.expect_response("**/search/log/"):
        desk.goto(f"{base}/search/?q=zwoyboard")
    tab(desk, "Insight")
    row = desk.locator("#failed li", has_text="zwoyboard")
    row.get_by_role("textbox").fill("keyboard")
    row.get_by_role("button", name="Add as a synonym").click()
    expect(desk.get_by_text("also finds “keyboard” from now on")).to_be_visible()
    desk.goto(f"{base}/search/?q=zwoyboard")
    expect(desk.locator("#results").get_by_text("K-49").first).to_be_visible()


def test_a_question_without_an_answer_gets_one_from_staff(desk: Page, base: str):
    desk.goto(f"{base}/ask/")
    desk.fill("#ask-form [name=question]", "Which lubricant do the zorbifiers of the quentax need?")
    desk.click("#ask-form [type=submit]")
    expect(desk.locator(".answer-controls [name=value]").first).to_be_visible()
    tab(desk, "Questions")
    desk.get_by_role("button", name="Write the answer").first.click()
    desk.fill("#find-q", "fuse of the K-49")
    desk.locator("#find form[role=search] button").click()
    desk.get_by_role("button", name="Add as a source").first.click()
    desk.fill("[name=answer]", "None at all: they run dry. [1]")
    desk.check("[name=active]")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Visitors who ask this get it now.")).to_be_visible()


def test_the_inbox_names_what_is_wrong_and_is_told_that_somebody_knows(desk: Page):
    tab(desk, "Needs attention")
    problem = desk.locator("#problems li", has_text="no answer in the last week")
    expect(problem.get_by_role("link", name="Answer them")).to_be_visible()
    problem.get_by_role("button").click()
    expect(desk.get_by_text("It comes back if it happens again.")).to_be_visible()
    expect(desk.locator("section", has_text="noted by").get_by_text("dana")).to_be_visible()
