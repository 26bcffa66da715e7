"""What is wrong with how a page looks: axe-core in both themes, and boxes that stick out or are cut, at every width."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe().axe_script
DESK, ZOOMED, PHONE = 1280, 640, 390  # pixels; ZOOMED is a desk's window at 200 %
# Beside what axe runs by itself: targets of at least 24 pixels.
WHOLE: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
COLOURS: dict[str, Any] = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}  # all that a theme changes

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
# Parts that a page asks for when it is open have come, and its letters have their shapes.
WHOLE_PAGE = (
    """() => !document.querySelector('[hx-trigger="load"], .htmx-request') && document.fonts.status === "loaded" """
)


def faults(page: Page) -> list[str]:
    """All that is found in the page as it stands, in both themes, on a desk, at 200 % and on a phone."""
    page.wait_for_function(WHOLE_PAGE)
    found = []
    for width in (DESK, ZOOMED, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"at {width}: {said}" for said in page.evaluate(CUT)]
        if width != ZOOMED:
            found += [f"at {width}: {said}" for said in complaints(page, WHOLE)]
    page.emulate_media(color_scheme="dark")
    found += [f"in the dark: {said}" for said in complaints(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESK, "height": 800})
    return found


def complaints(page: Page, options: dict[str, Any]) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    violations = page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    return [
        f"{one['id']}: {node['html'][:150]} {node['failureSummary'][:250]}"
        for one in violations
        for node in one["nodes"]
    ]
