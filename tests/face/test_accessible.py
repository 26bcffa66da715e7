"""axe-core in a real Chromium finds nothing on any page, in any state, language or theme."""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .addresses import of_staff, of_visitors
from .site import QUESTION, Face

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]
WAYS = pytest.mark.parametrize(("language", "dark"), [*itertools.product(["en", "he"], [False, True])])
# Beside what axe runs by itself: targets of at least 24 pixels.
OPTIONS = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}


def complaints(page: Page) -> list[str]:
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{one['id']}: {node['html'][:150]} {node['failureSummary'][:250]}" for one in found for node in one["nodes"]
    ]


@WAYS
def test_pages_of_visitors(visit, face: Face, language: str, dark: bool):
    page = visit("/", language=language, dark=dark)
    found = {}
    for name, address in of_visitors(face).items():
        page.goto(face.base + address)
        page.wait_for_load_state("networkidle")
        found[name] = complaints(page)
    assert {name: said for name, said in found.items() if said} == {}


@WAYS
def test_pages_of_staff(visit, face: Face, language: str, dark: bool):
    page = visit("/staff/", language=language, dark=dark, staff=True)
    found = {}
    for name, address in of_staff(face).items():
        page.goto(face.base + address)
        page.wait_for_selector("h1")
        for summary in page.query_selector_all("details:not([open]) > summary"):
            summary.click()
        found[name] = complaints(page)
    assert {name: said for name, said in found.items() if said} == {}


@WAYS
def test_an_answer_its_source_and_a_refused_question(visit, face: Face, language: str, dark: bool):
    page = visit("/ask/", language=language, dark=dark)
    page.click("#ask-form [type=submit]")
    page.wait_for_selector("#question-error")
    found = {"refused": complaints(page)}
    page.fill("#ask-form [name=question]", QUESTION)
    page.click("#ask-form [type=submit]")
    page.wait_for_selector(".answer-controls [name=value]")
    found["answer"] = complaints(page)
    page.locator(".source-card h3 a").first.click()
    page.wait_for_selector("#page-dialog[open] .page-view")
    found["source"] = complaints(page)
    assert {name: said for name, said in found.items() if said} == {}


def test_results_that_come_while_one_types_on_the_home_page(visit):
    page = visit("/")
    page.fill("#question", "factory reset")
    page.wait_for_selector("#found .passage")
    assert complaints(page) == []


@pytest.mark.parametrize("language", ["en", "he"])
def test_a_phone_has_the_same_pages(visit, face: Face, language: str):
    page = visit("/", language=language, width=390)
    found = {}
    for name, address in of_visitors(face).items():
        page.goto(face.base + address)
        page.wait_for_load_state("networkidle")
        found[name] = complaints(page)
    assert {name: said for name, said in found.items() if said} == {}
