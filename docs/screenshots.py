"""Takes the pictures of README and docs from the demo, in both languages, light and dark: `make screenshots`.

With a folder as its argument it also leaves every page there, at 390 and 1280 pixels, for looking through.
"""

import io
import itertools
import sys
import tempfile
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from ingestion.chromium import find_chromium, launch_arguments  # noqa: E402
from tests.face.addresses import of_staff, of_visitors  # noqa: E402
from tests.face.site import PASSWORD, QUESTION, STAFF, Face, demo  # noqa: E402

IMAGES = ROOT / "docs" / "images"
HEBREW_QUESTION = "איך מאפסים את K-49 להגדרות היצרן?"
K49 = "products/lumenhall/lumenhall-k-49/"
# Name, path under the language, language, dark, width.
SHOTS = [
    ("home", "", "en", False, 1280),
    ("home-dark", "", "en", True, 1280),
    ("home-he", "", "he", False, 1280),
    ("home-he-dark", "", "he", True, 1280),
    ("home-phone-he", "", "he", False, 390),
    ("product", K49, "en", False, 1280),
    ("product-phone-he", K49, "he", True, 390),
    ("search", "search/?q=K-49+factory+reset", "en", False, 1280),
    ("search-phone-he", "search/?q=K-49+איפוס", "he", False, 390),
    ("brand", "brands/lumenhall/", "en", True, 1280),
]

# A browser that shows pictures: the scrapes' own asks for none.
FLAGS = [flag for flag in launch_arguments() if "imagesEnabled" not in flag]
# The pictures of docs/staff-guide.md.
GUIDE = {
    "attention": "staff/attention/",
    "brands": "staff/brands/",
    "desk": "staff/brands/lumenhall/",
    "dry-run": "staff/brands/lumenhall/preview/",
    "addresses": "staff/brands/lumenhall/addresses/",
    "brand-table": "staff/brand-table/",
    "coverage": "staff/coverage/lumenhall/",
    "upload": "staff/uploads/?brand=lumenhall",
    "insight": "staff/insight/",
    "questions": "staff/questions/",
    "ask-box": "staff/embed/",
    "tokens": "staff/tokens/",
    "webhooks": "admin/halilit/webhook/add/",
}


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name, path, language, dark, width in SHOTS:
            page = opened(browser, language, dark, width)
            page.goto(f"{site.base}/{language}/{path}")
            taken(page, name)
        answer(browser, site, "answer", "en", QUESTION, dark=False)
        answer(browser, site, "answer-he", "he", HEBREW_QUESTION, dark=True)
        staff(browser, site)
        if len(sys.argv) > 1:
            everything(browser, site, Path(sys.argv[1]))
        browser.close()


def opened(browser: Browser, language: str, dark: bool, width: int) -> Page:
    scheme: Literal["dark", "light"] = "dark" if dark else "light"
    context = browser.new_context(
        viewport={"width": width, "height": 820}, locale=language, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(120_000)  # the machine may be busy
    return page


def taken(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").save(IMAGES / f"{name}.webp", quality=82, method=6)
    page.context.close()


def answer(browser: Browser, site: Face, name: str, language: str, question: str, dark: bool) -> None:
    page = opened(browser, language, dark, 1280)
    page.goto(f"{site.base}/{language}/ask/")
    page.fill("#ask-form [name=question]", question)
    page.click("#ask-form [type=submit]")
    page.wait_for_selector(".answer-controls [name=value]", timeout=120_000)
    taken(page, name)


def staff(browser: Browser, site: Face) -> None:
    with site.installation.cluster("scrape"), site.installation.cluster():
        page = logged_in(opened(browser, "en", False, 1280), site)
        page.goto(f"{site.base}/en/staff/")
        page.wait_for_selector("[aria-labelledby=workers-title] li:nth-child(2)", timeout=180_000)
        # Else done within a minute: what was wrong before the clusters came is well now.
        site.installation.manage("shell", "-c", "from halilit.console import inbox; inbox.refresh()")
        page.reload()
        taken(page, "staff")
    guide(browser, site, GUIDE)


def guide(browser: Browser, site: Face, pictures: dict[str, str]) -> None:
    for name, path in pictures.items():
        page = logged_in(opened(browser, "en", False, 1280), site)
        page.goto(f"{site.base}/en/{path}")
        taken(page, f"guide-{name}")


def logged_in(page: Page, site: Face) -> Page:
    page.goto(f"{site.base}/admin/login/?next=/healthz")
    page.fill("[name=username]", STAFF)
    page.fill("[name=password]", PASSWORD)
    page.click("main [type=submit]")
    page.wait_for_url("**/healthz")
    return page


def everything(browser: Browser, site: Face, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for language, dark, width in itertools.product(("en", "he"), (False, True), (390, 1280)):
        page = logged_in(opened(browser, language, dark, width), site)
        for name, address in (of_visitors(site) | of_staff(site)).items():
            page.goto(f"{site.base}/{language}{address}")
            page.wait_for_load_state("networkidle")
            look = f"{name.replace(' ', '-')}-{language}-{'dark' if dark else 'light'}-{width}"
            page.screenshot(path=folder / f"{look}.png", full_page=True)
        page.context.close()


if __name__ == "__main__":
    main()
