"""Pressing keys as a visitor without a mouse does, who must see where he is."""

from playwright.sync_api import Page


def tab_to(page: Page, wanted: str, at_most: int = 60) -> None:
    """Press Tab until an element that fits the selector has the focus, which must be visible."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", wanted):
            assert page.evaluate(SEEN), f"the focus on {wanted} cannot be seen"
            return
    raise AssertionError(f"Tab does not reach {wanted}")


# The focused element, or the card or panel that shows the focus for it, has an outline or frame of its own.
SEEN = """() => {
  for (let e = document.activeElement, n = 0; e && n < 5; e = e.parentElement, n++) {
    const style = getComputedStyle(e);
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) return true;
  }
  return false;
}"""


def press(page: Page, wanted: str, key: str = "Enter") -> None:
    tab_to(page, wanted, 90)
    page.keyboard.press(key)


def keeps_focus(page: Page, within: str) -> None:
    page.wait_for_function(
        "(s) => !document.querySelector('.htmx-request') && document.activeElement.closest(s)", arg=within
    )
