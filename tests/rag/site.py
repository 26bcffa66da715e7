"""A running site with the invented library, whose language model is a local endpoint."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.gemini_endpoint import Endpoint, endpoint
from tests.installation import Installation, shared

QUESTION = "How do I restore the factory settings of the Tremor 25?"
PATIENCE = 60  # seconds; no bar: other tests may hold the cores


@dataclass
class Site:
    base: str
    model: Endpoint
    installation: Installation

    def client(self) -> httpx.Client:
        """A visitor without scripts, who has opened the ask page."""
        client = httpx.Client(base_url=self.base, timeout=PATIENCE)
        client.get("/ask/").raise_for_status()
        client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        return client

    def ask(self, client: httpx.Client, question: str = QUESTION) -> str:
        """Ask; returns the address of the answer's page."""
        response = client.post("/ask/", data={"question": question})
        assert response.status_code == 303, response.text
        return response.headers["Location"]


def fill(installation: Installation) -> None:
    installation.manage("shell", "-c", "from tests.rag.manuals import build; build()")


@contextlib.contextmanager
def running_site(folder: Path, *, llm: str = "gemini") -> Iterator[Site]:
    with endpoint() as model:
        settings = {"HALILIT_LLM": llm, "HALILIT_LLM_URL": model.url, "GEMINI_API_KEY": "secret-key"}
        installation = shared("library", fill).copied(folder, **settings, HALILIT_LLM_TIMEOUT="120")
        with installation.web() as base:
            yield Site(base, model, installation)


def events(response: httpx.Response) -> Iterator[tuple[str, str]]:
    """Name and data of each event of a stream."""
    name, data = "", list[str]()
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data.append(line.removeprefix("data: "))
        elif not line and name:
            yield name, "\n".join(data)
            name, data = "", []


def words(html: str) -> str:
    """The text of an answer, without its markup and citations."""
    return re.sub(r"\s+", " ", re.sub(r"<a .*?</a>|<[^>]+>", " ", html)).strip()


def said(page: str) -> str:
    """The words of the answer on a whole page."""
    match = re.search(r'<div class="answer-text".*?</div>', page, re.DOTALL)
    assert match, "there is no answer on this page"
    return words(match.group())
