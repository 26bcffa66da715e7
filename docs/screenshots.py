"""Takes the pictures of README and docs from the demo: `make screenshots`."""

import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from ingestion.chromium import find_chromium, launch_arguments  # noqa: E402
from tests.installation import Installation, end_group, wait_until  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PASSWORD = "only-for-screenshots"  # noqa: S105
QUESTION = "How do I reset the K-49 to factory settings?"
# Name, path, language, dark, width.
SHOTS = [
    ("home", "/", "en", False, 1280),
    ("home-he", "/", "he", True, 1280),
    ("product", "/products/lumenhall/lumenhall-k-49/", "en", False, 1280),
    ("search", "/search/?q=K-49+factory+reset", "en", False, 1280),
    ("search-phone-he", "/search/?q=K-49+איפוס", "he", False, 390),
    ("brand", "/brands/lumenhall/", "en", True, 1280),
]


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        site = Installation(Path(folder))
        site.manage("migrate", "-v0")
        site.manage("seed_brands")
        site.manage("seed_synonyms")
        site.manage(
            "shell", "-v0", "-c",
            "from django.contrib.auth.models import User as U\n"
            f"U.objects.create_superuser('staff', password='{PASSWORD}')",
        )  # fmt: skip
        read_demo(site)
        with site.web() as base, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=launch_arguments())
            for name, path, language, dark, width in SHOTS:
                take(browser, base, name, path, language, dark, width)
            take_answer(browser, base)
            take_staff(browser, base)
            browser.close()


def read_demo(site: Installation) -> None:
    ready = site.folder / "ready.json"
    process = site.start(sys.executable, "manage.py", "demo_site", "--port", "0", "--ready-file", str(ready))
    try:
        wait_until(ready.exists, 60, "the demo site is ready")
        url = next(iter(json.loads(ready.read_text()).values()))
        site.manage("scrape", "Lumenhall", "--url", url, "--inline", "--rate", "0")
    finally:
        end_group(process)


def take(browser: Browser, base: str, name: str, path: str, language: str, dark: bool, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 820}, locale=language, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    page.goto(base + path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")
    context.close()


def take_answer(browser: Browser, base: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 820})
    page.goto(base + "/ask/")
    page.fill("[name=question]", QUESTION)
    page.locator("main form [type=submit]").first.click()
    page.wait_for_selector(".source-card", timeout=20_000)
    page.wait_for_timeout(2500)
    page.screenshot(path=IMAGES / "answer.png")
    page.close()


def take_staff(browser: Browser, base: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 820})
    page.goto(base + "/admin/login/?next=/staff/")
    page.fill("[name=username]", "staff")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / "staff.png")
    page.close()


if __name__ == "__main__":
    main()
