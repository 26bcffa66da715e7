"""The ask box on the pages of another site, in a real Chromium: where it is allowed, and where it is not."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from playwright.sync_api import expect

from halilit.embed.models import EmbedSite, origin_of

from .site import QUESTION, Site

# As strict as a page can be that shows the box at all.
STRICT = "default-src 'none'; script-src {base}; frame-src {base}; require-trusted-types-for 'script'"
HOSTILE = "<style>* { font: 40px fantasy !important; color: red !important } div, iframe, form { display: none !important }</style>"
BOX = '<script src="{base}/embed.js" data-theme="dark"></script>'
IN_HEAD = '<script src="{base}/embed.js" data-into="main" defer></script>'
PAGES = {
    "/strict": f'<html lang="he"><body><h1>חנות</h1>{BOX}</body></html>',
    "/styled": f'<html lang="en"><head>{HOSTILE}{IN_HEAD}</head><body><main></main></body></html>',
}


class Shop(ThreadingHTTPServer):
    daemon_threads = True
    base = ""


class Handler(BaseHTTPRequestHandler):
    server: Shop

    def do_GET(self):
        page = PAGES.get(self.path, "").replace("{base}", self.server.base)
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if self.path == "/strict":
            self.send_header("Content-Security-Policy", STRICT.format(base=self.server.base))
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *args):
        """Nothing on standard error."""


@pytest.fixture(scope="module")
def shop(one_site: Site) -> Iterator[int]:
    """The port of a shop, which is allowed as `localhost` alone: another site than 127.0.0.1, also for cookies."""
    server = Shop(("127.0.0.1", 0), Handler)
    server.base = one_site.base
    threading.Thread(target=server.serve_forever, daemon=True).start()
    allow = f"from halilit.models import EmbedSite; EmbedSite.objects.create(origin='http://localhost:{server.server_port}')"
    one_site.installation.manage("shell", "-v0", "-c", allow)
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.processes
@pytest.mark.browser
class TestInTheBrowser:
    def test_an_allowed_page_of_strict_policy_asks_and_reads_in_its_language(self, page, site, shop):
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"http://localhost:{shop}/strict")
        box = page.frame_locator("iframe")
        expect(box.locator("html")).to_have_attribute("dir", "rtl")
        expect(box.locator("html")).to_have_attribute("data-theme", "dark")
        box.locator("textarea").fill(QUESTION)
        box.locator("button.primary").click()
        expect(box.locator(".answer-text")).to_contain_text("Hold the Shift")
        expect(box.locator(".turn-sources a").first).to_have_attribute("target", "_blank")
        box.locator("button[name=value][value='1']").click()
        expect(box.locator("button[name=value][value='1']")).to_have_attribute("aria-pressed", "true")
        box.locator("textarea").fill("and its weight?")
        box.locator("button.primary").click()
        expect(box.locator("h1")).to_have_text("and its weight?")
        expect(box.locator(".turn-sources a").first).to_be_visible()
        inner = page.frames[1]
        frame = "document.querySelector('body > div').shadowRoot.querySelector('iframe').clientHeight"
        while abs(page.evaluate(frame) - inner.evaluate("document.body.offsetHeight")) >= 2:  # both may still grow
            page.wait_for_timeout(100)
        assert not inner.evaluate("document.cookie") and not refused

    def test_styles_of_the_page_do_not_reach_into_it(self, page, site, shop):
        page.goto(f"http://localhost:{shop}/styled")
        box = page.frame_locator("iframe")
        expect(box.get_by_role("button", name="Ask")).to_be_visible()
        assert "fantasy" not in box.locator("h1").evaluate("heading => getComputedStyle(heading).fontFamily")

    def test_a_page_that_is_not_allowed_shows_no_box(self, page, site, shop):
        with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
            page.goto(f"http://127.0.0.1:{shop}/strict")
        expect(page.frame_locator("iframe").locator("textarea")).to_have_count(0)


def test_only_that_page_may_be_framed_and_only_by_those_sites(db, client):
    EmbedSite.objects.create(origin="https://shop.example.com")
    EmbedSite.objects.create(origin="https://former.example.com", active=False)
    answered = client.get("/embed/")
    assert "frame-ancestors 'self' https://shop.example.com;" in answered["Content-Security-Policy"] + ";"
    assert "former" not in answered["Content-Security-Policy"] and "X-Frame-Options" not in answered
    assert "script-src 'self'" in answered["Content-Security-Policy"]
    for path in ("/ask/", "/staff/embed/", "/embed.js"):
        assert "frame-ancestors 'none'" in client.get(path)["Content-Security-Policy"]


def test_a_question_from_elsewhere_is_refused(db):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
        assert client.post("/embed/", {"question": "How heavy?"}, headers=headers).status_code == 403
    assert client.post("/embed/", {"question": ""}, headers={"origin": "http://testserver"}).status_code == 422


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("shop.example.com/a?b", "https://shop.example.com"),
        ("HTTPS://Shop.Example.com:443/", "https://shop.example.com"),
        ("http://localhost:8123", "http://localhost:8123"),
        ("https://חנות.example", "https://xn--7dbgdg.example"),
    ],
)
def test_a_site_is_written_as_browsers_write_it(typed, origin):
    assert origin_of(typed).partition("xn--")[0] == origin.partition("xn--")[0]


@pytest.mark.parametrize("typed", ["*", "https://*.example.com", "'none'", "a b", "ftp://x.example", "https://x;y", ""])
def test_what_is_no_site_cannot_be_allowed(typed):
    with pytest.raises(ValidationError):
        origin_of(typed)


def test_staff_allow_a_site_and_copy_the_line(db, desk):
    assert desk.post("/staff/embed/", {"origin": "shop.example.com/"}).status_code == 302
    page = desk.get("/staff/embed/?language=he&theme=dark&brand=none-such")
    assert "https://shop.example.com" in page.text
    assert "&lt;script src=" in page.text, "the line is shown, not run"
    assert page.text.count("/embed.js") == 2
    twice = desk.post("/staff/embed/", {"origin": "https://shop.example.com"})
    assert twice.status_code == 422 and "already" in twice.text
    line = desk.get("/staff/embed/?language=he&as=text").text
    assert line == '<script src="http://testserver/embed.js" data-language="he" async></script>'
    desk.post("/staff/embed/", {"site": str(EmbedSite.objects.get().pk)})
    assert not EmbedSite.objects.get().active
