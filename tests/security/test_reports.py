"""What an error tells the service to which errors are sent: where it is, and nothing of who met it."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli
import pytest

from tests.installation import ROOT

pytest.importorskip("sentry_sdk", reason="requirements-sentry.txt is optional")
UNPACKED = {"gzip": gzip.decompress, "br": brotli.decompress}
FAILING = """
import logging, django; django.setup()
import sentry_sdk
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory
from halilit.accounts import views
def wanted(request):
    typed = "words of a zebra"
    raise RuntimeError("no answer with the key correct-horse-battery")
views.wanted = wanted
logging.getLogger("x").warning("said before: words of a zebra")
asked = RequestFactory().get(
    "/admin/login/?next=/asked-by-a-zebra/", REMOTE_ADDR="203.0.113.7",
    headers={"Referer": "http://testserver/search/?q=searched-by-a-zebra", "Cookie": "sessionid=a-zebras-cookie"},
)
get_wsgi_application()(asked.environ, lambda *_: None)
sentry_sdk.flush(20)
"""


@pytest.fixture
def received():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bodies.append(UNPACKED.get(self.headers.get("Content-Encoding", ""), bytes)(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    bodies: list[bytes] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], bodies
        server.shutdown()


def test_an_error_is_sent_without_secrets_and_without_anything_of_the_visitor(received, tmp_path):
    port, bodies = received
    told = {"SENTRY_DSN": f"http://public@127.0.0.1:{port}/1", "GEMINI_API_KEY": "correct-horse-battery", "DEBUG": "1"}
    told |= {"HALILIT_DATA_DIR": str(tmp_path), "ALLOWED_HOSTS": "testserver", "HALILIT_HTTPS": "0"}
    told |= {"DJANGO_SETTINGS_MODULE": "halilit.settings", "HALILIT_ENV_FILE": "none"}
    done = subprocess.run(
        [sys.executable, "-c", FAILING], cwd=ROOT, env=os.environ | told, check=False, capture_output=True, text=True
    )
    assert not done.returncode, done.stderr
    events: list[Any] = [json.loads(line) for body in bodies for line in body.splitlines() if b'"exception"' in line]
    assert events and events[0]["exception"]["values"][-1]["type"] == "RuntimeError"
    assert events[0]["request"] == {"method": "GET", "url": "http://testserver/admin/login/"}
    sent = b"".join(bodies).decode()
    for unwanted in ("zebra", "203.0.113.7", "correct-horse"):
        assert unwanted not in sent, unwanted
