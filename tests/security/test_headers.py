"""What every page promises to the browser, and what no answer gives away."""

import logging

import pytest
from django.conf import settings as installed
from django.test import Client

from halilit.redaction import HIDDEN, Redaction
from tests.installation import ROOT

PAGES = ["/", "/brands/", "/search/", "/ask/", "/admin/login/", "/nowhere/", "/api/docs", "/healthz"]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_its_policies(db, client, path):
    answered = client.get(path)
    policy = dict(part.strip().partition(" ")[::2] for part in answered["Content-Security-Policy"].split(";"))
    assert "unsafe" not in answered["Content-Security-Policy"]
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert answered["X-Frame-Options"] == "DENY"
    assert answered["X-Content-Type-Options"] == "nosniff"
    assert answered["Referrer-Policy"] == "same-origin"
    assert answered["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answered["Permissions-Policy"] and "geolocation=()" in answered["Permissions-Policy"]


def test_a_language_that_holds_line_breaks_writes_no_header(db, client):
    answered = client.post("/i18n/setlang/", {"language": "en\r\nSet-Cookie: x=y", "next": "/\r\nX-Evil: 1"})
    assert "X-Evil" not in answered.headers and "x" not in answered.cookies


def test_a_foreign_host_name_gets_no_page(db, settings):
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["support.example.com"]
    client = Client(raise_request_exception=False)
    assert client.get("/", headers={"host": "evil.test"}).status_code == 400
    answered = client.get("/", headers={"host": "support.example.com", "x-forwarded-host": "evil.test"})
    assert answered.status_code == 200 and "evil.test" not in answered.text


def test_pages_are_kept_by_no_shared_cache(db, client):
    for path in ("/", "/search/?q=x", "/ask/", "/admin/login/"):
        assert {"private", "no-store"} & set(client.get(path)["Cache-Control"].replace(",", " ").split())


def test_staffs_cookies_cannot_be_read_by_scripts_or_sent_from_elsewhere(db, client):
    from django.contrib.auth.models import User

    User.objects.create_user("dana", password="seven green amplifiers", is_staff=True)
    client.post("/admin/login/", {"username": "dana", "password": "seven green amplifiers"})
    cookie = client.cookies[installed.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert installed.CSRF_COOKIE_HTTPONLY


def test_a_form_from_elsewhere_is_refused(db):
    from django.contrib.auth.models import User

    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("dana", is_staff=True))
    assert client.post("/staff/worker/stop/").status_code == 403


@pytest.mark.parametrize("path", ["/media/../db.sqlite3", "/media/%2e%2e/secret-key.txt", "/static/../../etc/passwd", "/media//etc/passwd"])  # fmt: skip
def test_no_path_leads_out_of_its_folder(db, client, path):
    assert client.get(path).status_code in (301, 404)


class TestSecrets:
    clean = staticmethod(Redaction(["correct-horse-battery"]).clean)

    @pytest.mark.parametrize(
        "text",
        ["key correct-horse-battery", "Authorization: Bearer abcdefgh12345678", "hal_abcdefghijklmnopqrstuvwxyz", "postgres://u:pw12345@host/db", "GET /x?api_key=12345abc&y=1", "password=hunter22"],
    )  # fmt: skip
    def test_they_are_hidden(self, text):
        cleaned = self.clean(text)
        assert HIDDEN in cleaned
        for secret in ("correct-horse", "abcdefgh", "pw12345", "12345abc", "hunter22"):
            assert secret not in cleaned

    def test_ordinary_lines_stay(self):
        for text in ("12 documents of https://brand.test/a?id=3", "The token was revoked.", "monkey=3 keyboards"):
            assert self.clean(text) == text

    def test_nor_do_tracebacks_tell_them(self):
        try:
            raise ValueError("no answer for correct-horse-battery")
        except ValueError as problem:
            record = logging.LogRecord(
                "x", logging.ERROR, "", 1, "failed %s", ("here",), (type(problem), problem, None)
            )
        Redaction(["correct-horse-battery"]).filter(record)
        assert "correct-horse" not in logging.Formatter().format(record)

    def test_an_error_page_tells_nothing(self, db, settings, monkeypatch):
        settings.DEBUG = False

        def broken(*_):
            raise RuntimeError(f"the key is {settings.SECRET_KEY}")

        monkeypatch.setattr("halilit.accounts.views.wanted", broken)
        answered = Client(raise_request_exception=False).get("/admin/login/")
        assert answered.status_code == 500
        assert settings.SECRET_KEY not in answered.text and "RuntimeError" not in answered.text

    def test_none_is_in_the_sources(self):
        text = (ROOT / "halilit" / "settings.py").read_text()
        assert 'env.str("SECRET_KEY", "")' in text and 'env.str("GEMINI_API_KEY", "")' in text
