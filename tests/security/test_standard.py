"""What the application security standard asks for and no other test here shows: by requests, and by the sources."""

import ast
import logging
import re
import runpy
import ssl

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from catalog.models import Brand
from catalog.tables import csv_response
from catalog.tracing import OneLine
from ingestion.guard import trusted
from tests.halilit.test_roles import filled, own_addresses
from tests.installation import ROOT

APPS = ("catalog", "halilit", "ingestion", "rag")
SOURCES = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
SCRIPTS = "\n".join(path.read_text() for path in (ROOT / "static").glob("*.js"))
TEMPLATES = {path: path.read_text() for path in (ROOT / "templates").rglob("*.html")}
NGINX = (ROOT / "deploy" / "nginx" / "halilit.conf").read_text()


@pytest.fixture(autouse=True)
def english_again():
    """A page in Hebrew leaves its language to whoever comes next in this thread."""
    yield
    translation.activate("en")


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("dana"))
    return client


def calls(tree: ast.AST) -> set[str]:
    """Names of what is called, with `shell=True` as a call of its own."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    shells = {"shell=True" for call in found for word in call.keywords if ast.unparse(word) == "shell=True"}
    return {ast.unparse(call.func) for call in found} | shells


def test_no_source_starts_a_shell_evaluates_a_text_or_makes_a_template_of_one():
    unwanted = {"eval", "exec", "compile", "os.system", "os.popen", "shell=True", "Template", "engines.from_string", "pickle.loads",
                "yaml.load", "marshal.loads", "hashlib.md5", "hashlib.sha1"}  # fmt: skip
    met = {path.name: calls(ast.parse(path.read_text("utf-8"))) & unwanted for path in SOURCES}
    assert {name: found for name, found in met.items() if found} == {}


def test_scripts_write_texts_as_texts():
    """Neither markup from strings, nor code, nor objects' prototypes, nor anything kept in the browser's storage."""
    unwanted = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|__proto__|localStorage|sessionStorage|jsonp"
    assert not re.findall(unwanted, SCRIPTS)
    as_they_are = {path.name for path, text in TEMPLATES.items() if re.search(r"\|\s*safe\b|autoescape off", text)}
    assert as_they_are == {"staff.html", "api_docs.html"}, "each was rendered by a template, or holds our own address"


def test_messages_of_other_windows_are_heard_from_the_boxs_own_origin_alone():
    heard = (ROOT / "static" / "embed.js").read_text()
    assert "source !== frame.contentWindow" in heard and "from !== origin" in heard and "data?.high > 0" in heard


def test_no_form_is_taken_without_its_token(db):
    """Each address that takes POST; the framed box alone goes by the origin, the login has none yet to lose."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(User.objects.create_superuser("dana"))
    taken = set()
    for address, _pattern in own_addresses():
        status = client.post(filled(address), {"x": "y"}).status_code
        if status not in (403, 404, 405):
            taken.add((address, status))
    # Questions by the API belong to nobody: a visitor has no session there that could be used.
    assert taken == {("/api/chat", 400)}
    elsewhere = client.post("/api/chat", {"question": "x"}, "application/json", headers={"Origin": "https://evil.test"})
    assert elsewhere.status_code == 403 and "other sites" in elsewhere.json()["detail"]


@pytest.mark.parametrize("address", ["/staff/", "/staff/questions.csv", "/brands/", "/staff/tokens/"])
def test_nothing_of_a_staff_session_is_kept_by_the_browser(staff, address):
    assert "no-store" in staff.get(address)["Cache-Control"]


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "TRACK"])
def test_methods_that_nothing_here_takes_are_refused(client, db, method):
    assert client.generic(method, "/").status_code == 405


def test_a_program_in_clear_is_refused_and_a_reader_is_led_to_https(client, db, settings):
    from halilit.face.inline import Security

    settings.SECURE_SSL_REDIRECT = True
    door = Security(lambda request: HttpResponse())
    door.redirect = True
    asked = [door.process_request(client.get(path).wsgi_request) for path in ("/brands/", "/api/brands", "/he/api/x")]
    assert [answer.status_code for answer in asked] == [301, 403, 403]
    assert "clear" in asked[1].content.decode()


def test_texts_say_their_charset(client, db):
    from rag.models import Answer, AnswerState, Conversation

    answer = Answer.objects.create(conversation=Conversation.objects.create(), question="?", state=AnswerState.DONE)
    for path in (f"/ask/{answer.pk}/text/", "/robots.txt", "/healthz", "/embed.js", "/"):
        assert "charset=utf-8" in client.get(path)["Content-Type"], path


def test_no_cell_is_a_formula():
    begun = ["=1", "+1", "-a", "@x", "\t=1", "\r=1", "\n=1", "\0=1", "＝1"]
    written = csv_response("x", [begun]).content.decode("utf-8-sig")
    assert written.count("'") == len(begun)


def test_a_line_of_the_log_cannot_hold_another_one():
    record = logging.LogRecord("x", logging.INFO, "", 1, "GET %s", ("/a\nINFO forged\x1b[2J\u2028",), None)
    line = OneLine("%(asctime)s %(levelname)s: %(message)s").format(record)
    assert line.endswith(r"INFO: GET /a\nINFO forged\x1b[2J\u2028") and line.isprintable()
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ", line)


def test_what_is_stored_with_signs_of_formats_and_templates_is_shown_as_it_is(staff):
    odd = "%s %(x)s {0.__class__} {{ 7|add:7 }} {% now %}"
    brand = Brand.objects.create(name=odd, slug="odd")
    sent = {"website": "https://odd.example/", "max_pages": "5", "requests_per_second": "2", "render_mode": "auto"}
    for page in (staff.get("/brands/"), staff.post(f"/staff/brands/{brand.slug}/", sent, follow=True)):
        assert page.status_code == 200 and odd in page.text


def test_there_is_no_account_at_first(db):
    assert not User.objects.exists()


def test_under_https_each_cookie_is_bound_to_this_host(client, db, settings, monkeypatch):
    """Names and marks of all that there are, by the settings of production."""
    monkeypatch.setenv("HALILIT_HTTPS", "1")
    for name, value in runpy.run_module("halilit.settings").items():
        if "COOKIE" in name:
            setattr(settings, name, value)
    User.objects.create_superuser("dana", password="seven green amplifiers")
    client.post("/admin/login/", {"username": "dana", "password": "seven green amplifiers"}, secure=True)
    client.post("/preferences/theme/", {"theme": "dark"}, secure=True)
    client.get("/he/", secure=True)
    client.post("/i18n/setlang/", {"language": "en", "next": "/"}, secure=True)
    assert len(client.cookies) == 4
    for cookie in (morsel.OutputString() for morsel in client.cookies.values()):
        assert cookie.startswith("__Host-") and all(mark in cookie for mark in ("Secure", "HttpOnly", "SameSite=Lax"))


def test_no_certificate_goes_unchecked():
    met = [
        path.name
        for path in SOURCES
        if re.search(r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False", path.read_text())
    ]
    assert not met
    assert trusted().check_hostname and trusted().verify_mode == ssl.CERT_REQUIRED


def test_the_proxy_speaks_tls_of_today_and_says_who_the_visitor_is():
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in NGINX
    suites = re.search(r"ssl_ciphers (\S+);", NGINX)
    assert suites and all(re.match(r"ECDHE-.*(GCM|POLY1305)", suite) for suite in suites[1].split(":"))
    assert "X-Forwarded-For $remote_addr" in NGINX and 'X-Forwarded-Host ""' in NGINX
    kept = re.findall(r"access_log ([^ ;]+)", NGINX)
    assert set(kept) == {"off", "/var/log/nginx/halilit.log"} and len(kept) == NGINX.count("\nserver {")
    form = "".join(re.findall(r"log_format halilit \"(.*)\"", NGINX))
    assert "$uri" in form and not re.search("remote|args|request_uri|forwarded|referer", form)
    assert "autoindex" not in NGINX and "location ~ ^/((en|he)/)?api/ { return 403; }" in NGINX
    assert NGINX.count("add_header Strict-Transport-Security $halilit_hsts always;") == 2, "also of static files"
