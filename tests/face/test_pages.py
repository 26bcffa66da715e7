"""Every page in every state, as visitors and staff see it: axe-core finds nothing, and no box sticks out or is cut."""

import pytest

from .addresses import of_staff, of_visitors
from .looks import faults
from .site import QUESTION, Face

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(900)]
LANGUAGES = pytest.mark.parametrize("language", ["en", "he"])


@LANGUAGES
@pytest.mark.parametrize("reader", ["visitor", "staff"])
def test_pages(visit, face: Face, language: str, reader: str):
    page = visit("/", language=language, staff=reader == "staff")
    found = {}
    for name, address in (of_staff(face) if reader == "staff" else of_visitors(face)).items():
        page.goto(face.base + address)
        for summary in page.query_selector_all("details:not([open]) > summary"):
            summary.click()
        found[name] = faults(page) + [f"in {lang}" for lang in [page.get_attribute("html", "lang")] if lang != language]
    for name, html in face.refusals[language].items() if reader == "visitor" else ():
        page.set_content(html)
        found[name] = faults(page)
    assert not (said := [f"{name}: {one}" for name, all_of in found.items() for one in all_of]), "\n".join(said)


@LANGUAGES
def test_an_answer_its_source_and_a_refused_question(visit, language: str):
    page = visit("/ask/", language=language)
    page.click("#ask-form [type=submit]")
    page.wait_for_selector("#question-error")
    found = {"refused": faults(page)}
    page.fill("#ask-form [name=question]", QUESTION)
    page.click("#ask-form [type=submit]")
    page.wait_for_selector(".answer-controls [name=value]")
    found["answer"] = faults(page)
    page.locator(".source-card h3 a").first.click()
    page.wait_for_selector("#page-dialog[open] .page-view")
    found["source"] = faults(page)
    assert not (said := [f"{name}: {one}" for name, all_of in found.items() for one in all_of]), "\n".join(said)


def test_results_that_come_while_one_types_on_the_home_page(visit):
    page = visit("/")
    page.fill("#question", "factory reset")
    page.wait_for_selector("#found .passage")
    assert faults(page) == []
