"""One running demo and one browser for a module. Its tests don't use the ORM: the browser's loop forbids it."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.chromium import PATIENCE, chromium

from .site import PASSWORD, STAFF, Face, demo

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Face]:
    with demo(tmp_path_factory.mktemp("face"), awkward=True) as running:
        yield running


@pytest.fixture(scope="module")
def browser(face: Face) -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, face: Face) -> Iterator[Open]:
    """Opens pages: language, theme, width, with or without scripts, as staff or as a visitor."""
    contexts: list[BrowserContext] = []

    def opened(
        address: str,
        *,
        language: str = "en",
        dark: bool = False,
        width: int = 1280,
        scripts: bool = True,
        staff: bool = False,
    ) -> Page:
        scheme: Literal["dark", "light"] = "dark" if dark else "light"
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts,
            reduced_motion="reduce", locale=language,
        )  # fmt: skip
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": face.base}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        if staff:
            log_in(page, face)
        page.goto(face.base + address)
        return page

    yield opened
    for context in contexts:
        context.close()


def log_in(page: Page, face: Face) -> None:
    page.goto(f"{face.base}/admin/login/?next=/healthz")
    page.fill("[name=username]", STAFF)
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
