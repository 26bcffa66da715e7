"""Without a connection: what was read stays readable, and all else says what is the matter."""

import pytest
from playwright.sync_api import Page, expect

from tests.installation import wait_until

from .site import Face

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def addresses(page: Page) -> list[str]:
    """Paths of what the service worker has kept."""
    look = """async () => {
      const found = [];
      for (const name of await caches.keys())
        for (const key of await (await caches.open(name)).keys()) found.push(new URL(key.url).pathname);
      return found;
    }"""
    found: list[str] = page.evaluate(look)
    return found


def kept(page: Page, address: str) -> None:
    """Wait until the service worker is at work and has kept this page."""
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    wait_until(lambda: address in addresses(page), 20, f"that {address} is kept")


@pytest.mark.parametrize("language", ["en", "he"])
def test_a_manual_that_was_read_can_be_read_again(visit, face: Face, language: str):
    document = f"/{language}/documents/{face.manual}/"
    page = visit(document, language=language)
    kept(page, document)
    page.context.set_offline(True)
    page.goto(face.base + document)
    expect(page.locator("#page-1")).to_contain_text("User Guide")
    assert page.evaluate("getComputedStyle(document.querySelector('.sheet')).borderTopWidth") == "1px", (
        "it lost its style"
    )


def test_what_was_never_read_gives_way_to_a_page_that_lists_what_was(visit, face: Face):
    document = f"/he/documents/{face.manual}/"
    page = visit(document, language="he")
    kept(page, document)
    page.context.set_offline(True)
    page.goto(face.base + "/he/brands/lumenhall/")
    expect(page.locator("html")).to_have_attribute("lang", "he")
    row = page.locator("#kept-list a")
    expect(row).to_contain_text("K-Series User Guide")
    row.click()
    expect(page.locator("#page-1")).to_be_visible()


def test_with_a_connection_nothing_old_is_shown(visit, face: Face):
    document = f"/en/documents/{face.manual}/"
    page = visit(document)
    kept(page, document)
    change = "from catalog.models import Document; Document.objects.filter(pk=%d).update(title='%s')"
    old = page.locator("h1").inner_text()
    face.installation.manage("shell", "-v0", "-c", change % (face.manual, "A newer K-Series User Guide"))
    page.goto(face.base + document)
    expect(page.locator("h1")).to_have_text("A newer K-Series User Guide")
    face.installation.manage("shell", "-v0", "-c", change % (face.manual, old))


def test_of_what_staff_see_no_page_is_kept(visit, face: Face):
    """They see more than everybody, and others may sit at the same computer."""
    document = f"/en/documents/{face.manual}/"
    page = visit(document, staff=True)
    page.evaluate("navigator.serviceWorker.ready")
    page.reload()
    page.evaluate(
        "(address) => fetch(address, {credentials: 'omit'}).then((answer) => answer.text())", f"{document}pages/1/"
    )
    wait_until(lambda: f"{document}pages/1/" in addresses(page), 20, "that what a stranger may read is kept")
    assert document not in addresses(page)
