"""Hostile documents, and models that obey them: no markup comes through, and no false citation is shown as one."""

import re
from html.parser import HTMLParser

import pytest

from rag.answer import answer_now
from rag.claims import UNCONFIRMED, claims
from rag.grading import citations_of
from rag.models import Answer
from rag.rendering import answer_html
from rag.sources import cited_numbers
from tests.gemini_endpoint import endpoint

from .hostile import HOSTILE, Hostile, build_hostile
from .manuals import build
from .site import Site, running_site

ALLOWED = {"p", "br", "ol", "ul", "li", "strong", "a", "span", "div", "table", "tbody", "thead", "tr", "td", "th"}
ATTRIBUTES = {"href", "title", "class", "dir", "start", "scope"}


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_harmless(html: str) -> None:
    for tag, attributes in Elements(html).found:
        assert tag in ALLOWED
        assert attributes.keys() <= ATTRIBUTES
        assert tag != "a" or (attributes["href"] or "").startswith("#source-")


@pytest.fixture
def documents(db):
    return build_hostile(build())


@pytest.fixture
def model(settings):
    with endpoint() as running:
        settings.LLM, settings.GEMINI_API_KEY, settings.LLM_TIMEOUT = "gemini", "secret-key", 60.0
        settings.LLM_URL = running.url
        yield running


def test_there_are_thirty_of_them():
    assert len({one.name for one in HOSTILE}) == 30


def test_without_a_model_they_are_quoted_as_text_word_for_word(documents):
    for one in HOSTILE:
        answer = answer_now(one.question)
        assert not answer.abstained, one.name
        assert all(citation.verbatim for citation in citations_of(answer, pictures=False)), one.name
        assert cited_numbers(answer.text) <= {source["n"] for source in answer.sources}, one.name
        assert_harmless(answer_html(answer))


def test_a_model_that_obeys_them_has_no_false_citation(documents, model):
    model.delay = 0.0
    for one in HOSTILE:
        model.answer = f"Wipe the Zohar {one.number} with a dry cloth [1]. {one.said}"
        answer = answer_now(one.question)
        own = {source["n"] for source in answer.sources if source["document"] == documents[one.name].pk}
        told = [claim for line in answer.text.split("\n") for claim in claims(line) if one.lie in claim.text]
        assert "dry cloth [1]" in answer.text, one.name
        assert all(set(claim.cited) <= own for claim in told), (one.name, answer.text)
        assert all(claim.cited or UNCONFIRMED in answer.text for claim in told), (one.name, answer.text)
        assert_harmless(answer_html(answer))


def test_none_can_end_its_own_part_of_the_prompt(documents, model):
    model.delay = 0.0
    for one in HOSTILE:
        model.requests.clear()
        answer_now(one.question)
        sent = model.requests[0]["body"]["contents"][0]["parts"][0]["text"]
        mark = re.match(r"<(source-\w+)", sent)
        assert mark
        opened, closed = re.findall(rf"<{mark.group(1)} ", sent), re.findall(rf"</{mark.group(1)}>", sent)
        assert len(opened) == len(closed) == sent.count("<source") == sent.count("</source"), one.name
        assert sent.rindex(one.question) > sent.rindex("</source")


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory):
    with running_site(tmp_path_factory.mktemp("hostile")) as site:
        site.installation.manage(
            "shell",
            "-c",
            "from tests.rag.hostile import build_hostile; from catalog.models import Brand;"
            "build_hostile(Brand.objects.get(slug='karmel-audio'))",
        )
        yield site


@pytest.mark.processes
@pytest.mark.browser
def test_nothing_of_them_runs_in_a_browser(hostile_site: Site, page):
    site, unwanted = hostile_site, []
    site.model.mode, site.model.delay = "normal", 0.0
    page.on("request", lambda request: unwanted.append(request.url))
    page.on("dialog", lambda dialog: unwanted.append(dialog.message))
    for one in HOSTILE:
        site.model.answer = f"Wipe the Zohar {one.number} with a dry cloth [1]. {one.said}"
        look_at(page, site, one)
    assert [url for url in unwanted if not url.startswith((site.base, "data:image"))] == []


def look_at(page, site: Site, one: Hostile) -> None:
    """Its answer, its page within the answer and alone, and a search that finds it."""
    page.goto(f"{site.base}/ask/")
    page.fill("#ask-form textarea", one.question)
    page.click("#ask-form button[type=submit]")
    page.wait_for_selector(".answer-controls form[hx-post*=feedback]")
    card = page.locator(".source-card h3 a").first
    address = card.get_attribute("href")
    card.click()
    page.wait_for_selector("dialog[open]")
    for here in ("", address, f"/search/?q=Zohar+{one.number}"):
        if here:
            page.goto(f"{site.base}{here}")
        assert page.evaluate("window.owned") is None, one.name
        assert page.locator("main :is(script, iframe, style, base), #answer-text :is(img, svg, form)").count() == 0


def test_no_line_of_a_table_takes_long_to_draw():
    """Signs that a row and the rule below its head have in common, and at the end one that makes it a row: minutes, by a
    pattern that tries each way to share them out."""
    row = f"{' ' * 3000}|{' ' * 3000}x"
    drawn = answer_html(Answer(text=f"| a | b |\n{row}\n|---|---|\n| c | d |", sources=[]))
    assert drawn.count("<tr>") == 3 and ">x<" in drawn
