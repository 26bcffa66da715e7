"""No page is wider than its window, and no text is cut off, on a phone and on a desk, in either direction."""

import pytest
from playwright.sync_api import Page

from .addresses import of_staff, of_visitors
from .site import QUESTION, Face

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]
WAYS = pytest.mark.parametrize(("language", "width"), [("en", 390), ("en", 1280), ("he", 390), ("he", 1280)])

# Elements with text of their own that stick out of the window, or out of a box that hides what overflows it. Boxes that
# scroll show everything; what is for screen readers alone is clipped on purpose, and `.now` ends in an ellipsis.
CUT = """() => {
  const wide = document.documentElement.clientWidth, cut = [];
  const hidden = (e) => e.closest(".visually-hidden, .skip-link, .now, .joined .button span, dialog:not([open]), svg, option, datalist");
  const scrolls = (e) => { for (; e && e !== document.body; e = e.parentElement)
    if (/auto|scroll/.test(getComputedStyle(e).overflowX)) return true; };
  for (const element of document.querySelectorAll("body *")) {
    if (hidden(element) || scrolls(element.parentElement)) continue;
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    if (!box.width || !box.height || style.visibility === "hidden") continue;
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const said = element.tagName + "." + element.className + ": " + (element.textContent || "").trim().slice(0, 60);
    if (own && (box.left < -1 || box.right > wide + 1)) cut.push("sticks out: " + said);
    const clips = /hidden|clip/.test(style.overflowX + style.overflowY) && !element.matches("input, select, textarea, progress");
    if (clips && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1))
      cut.push("is cut: " + said);
  }
  if (document.documentElement.scrollWidth > wide) cut.push("the page scrolls sideways");
  return cut;
}"""


def cut(page: Page) -> list[str]:
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    return page.evaluate(CUT)


@WAYS
def test_pages_of_visitors(visit, face: Face, language: str, width: int):
    page = visit("/", language=language, width=width)
    found = {}
    for name, address in of_visitors(face).items():
        page.goto(face.base + address)
        found[name] = cut(page) + [f"in {lang}" for lang in [page.get_attribute("html", "lang")] if lang != language]
    assert {name: said for name, said in found.items() if said} == {}


@WAYS
def test_pages_of_staff(visit, face: Face, language: str, width: int):
    page = visit("/staff/", language=language, width=width, staff=True)
    found = {}
    for name, address in of_staff(face).items():
        page.goto(face.base + address)
        found[name] = cut(page)
    assert {name: said for name, said in found.items() if said} == {}


@WAYS
def test_an_answer_and_its_source(visit, language: str, width: int):
    page = visit("/ask/", language=language, width=width)
    page.fill("#ask-form [name=question]", QUESTION)
    page.click("#ask-form [type=submit]")
    page.wait_for_selector(".answer-controls [name=value]")
    found = cut(page)
    page.locator(".source-card h3 a").first.click()
    page.wait_for_selector("#page-dialog[open] .page-view")
    assert found + cut(page) == []


def test_text_of_twice_the_size_still_fits(visit, face: Face):
    page = visit("/", width=1280)
    for name, address in of_visitors(face).items():
        page.set_viewport_size({"width": 640, "height": 400})  # what a desk shows at 200 %
        page.goto(face.base + address)
        assert cut(page) == [], name


@pytest.mark.parametrize("address", ["/products/lumenhall/lumenhall-k-49/", "/search/?q=K-49"])
def test_model_numbers_read_from_left_to_right_in_hebrew(visit, address: str):
    page = visit(address, language="he")
    places = page.evaluate("""() => {
      const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), wrong = [];
      const at = (node, n) => { const r = document.createRange(); r.setStart(node, n); r.setEnd(node, n + 1);
        return r.getClientRects()[0]; };
      for (let node; (node = walker.nextNode());)
        for (const found of node.data.matchAll(/\\bK-(25|49|61)\\b/g)) {
          const first = at(node, found.index), last = at(node, found.index + found[0].length - 1);
          if (first && last && Math.abs(first.top - last.top) < 4 && first.left > last.left)
            wrong.push(node.data.slice(0, 60));
        }
      return wrong;
    }""")
    assert places == []
