"""The installation under test on a disk of its own, and what visitors and staff do with it."""

import contextlib
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.gemini_endpoint import Endpoint, endpoint
from tests.ingestion import disturbed
from tests.ingestion.crashes import processed
from tests.installation import Installation, shared, wait_until
from tests.rag.site import QUESTION, fill, words

from .keeper import Keeper
from .names import Resolver, resolver

NAME, PASSWORD = "dana", "a long passphrase 1"
RATE = 8  # requests a second for the brand's site: a scrape lasts for longer than a fault takes to come
MIDDLE = 5  # URLs that are read when it comes
ANSWERED = "Hold the Shift"
CLOCK = Path(__file__).with_name("clock.c")  # libfaketime makes Python's sleep fail where only the time of day is moved
# What may only become more.
MORE = ("rag_answer", "rag_conversation", "ingestion_ingestlog")


class Impossible(Exception):
    """This machine cannot have that fault."""


@dataclass
class Seen:
    """Status and text of what a visitor, a program and staff asked for; 0 is no answer."""

    statuses: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def note(self, what: str, response: httpx.Response | None) -> httpx.Response | None:
        self.statuses[what] = response.status_code if response is not None else 0
        self.texts[what] = response.text if response is not None else ""
        return response


@dataclass
class Site:
    """A running web and who is logged in there."""

    installation: Installation
    base: str
    staff: httpx.Client | None = None

    def visitor(self) -> httpx.Client:
        return httpx.Client(base_url=self.base, timeout=90)

    def visit(self) -> Seen:
        seen = Seen()
        with self.visitor() as client:
            seen.note("home", got(client, "/"))
            seen.note("search", got(client, "/search/?q=tremor"))
            seen.note("question", self.ask(client))
            seen.note("API", got(client, "/api/chat", json={"question": QUESTION}))
            seen.note("ready", got(client, "/readyz"))
        if self.staff:
            seen.note("inbox", got(self.staff, "/staff/attention/"))
        return seen

    def ask(self, client: httpx.Client) -> httpx.Response | None:
        """A question by the form, as without scripts; the page of its answer when that is complete."""
        if got(client, "/ask/") is None:
            return None
        client.headers["X-CSRFToken"] = client.cookies.get("csrftoken") or ""
        posted = got(client, "/ask/", data={"question": QUESTION})
        if posted is None or posted.status_code != 303:
            return posted
        return self.answer(client, posted.headers["Location"])

    def answer(self, client: httpx.Client, address: str, seconds: float = 30) -> httpx.Response | None:
        end = time.monotonic() + seconds
        while True:
            page = got(client, address)
            if (page is not None and 'sse-connect="' not in page.text) or time.monotonic() > end:
                return page
            time.sleep(0.3)


@dataclass
class Ground(Site):
    """With all that runs beside it."""

    keeper: Keeper = field(kw_only=True)
    model: Endpoint = field(kw_only=True)
    names: Resolver | None = None

    def scrape(self, patience: float) -> None:
        """Return in the middle of it."""
        wait_until(lambda: processed(self.installation) >= MIDDLE, 60 * patience, "the scrape is at work")

    def is_well(self, before: int) -> bool:
        """Ready; a question is answered by the model; the scrape has gone on since."""
        with self.visitor() as client:
            ready = got(client, "/readyz")
            if ready is None or ready.status_code != 200:
                return False
            page = self.ask(client)
        if page is None or ANSWERED not in words(page.text) or 'class="notice warn"' in page.text:
            return False
        return processed(self.installation) > before or disturbed.state(self.installation) == "completed"

    def seconds_until_well(self, most: float) -> float:
        began, before = time.monotonic(), processed(self.installation)
        while not self.is_well(before):
            if time.monotonic() - began > most:
                raise AssertionError(f"not well {most:.0f} s after the fault ended")
            time.sleep(0.3)
        return time.monotonic() - began

    def promised(self) -> list[str]:
        """Answers that were promised and have no text."""
        unfinished = self.installation.rows("select id from rag_answer where text = '' or state <> 'done'")
        return [f"answer {key}" for (key,) in unfinished]

    def numbers(self) -> dict[str, int]:
        return {table: disturbed.scalar(self.installation, f"select count(*) from {table}") for table in MORE}


def got(client: httpx.Client, path: str, **form: Any) -> httpx.Response | None:
    """The response, None without one: a browser would say that the site cannot be reached."""
    try:
        return client.post(path, **form) if form else client.get(path)
    except httpx.HTTPError:
        return None


def mount(*given: str) -> bool:
    try:
        return subprocess.run(["mount", *given], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextlib.contextmanager
def disk(megabytes: int = 96) -> Iterator[Path]:
    """A small one, where this machine lets us mount it, else a plain folder."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        mounted = mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", name)
        try:
            yield Path(name)
        finally:
            if mounted:
                subprocess.run(["umount", "--lazy", name], check=False)


def built(source: Path, folder: Path) -> Path:
    """The library made from a source in C. Raises Impossible without a compiler."""
    made = folder / source.with_suffix(".so").name
    try:
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", str(made), str(source), "-ldl"], check=True)
    except OSError as problem:
        raise Impossible("there is no C compiler") from problem
    return made


def people(installation: Installation) -> None:
    fill(installation)
    create = f"from django.contrib.auth.models import User; User.objects.create_superuser({NAME!r}, '', {PASSWORD!r})"
    installation.manage("shell", "-v0", "-c", create)


def prepared(folder: Path, url: str, *, render: str = "auto") -> Installation:
    """The library, a member of staff and the brand with its scrape, to be copied for each fault."""
    installation = shared("people", people).copied(folder)
    disturbed.prepare(installation, url, rate=RATE, render=render)
    return installation


def logged_in(base: str) -> httpx.Client:
    client = httpx.Client(base_url=base, timeout=90, follow_redirects=True)
    page = client.get("/admin/login/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)', page)
    assert token, page
    client.post("/admin/login/", data={"username": NAME, "password": PASSWORD, "csrfmiddlewaretoken": token.group(1)})
    assert client.get("/staff/attention/").status_code == 200
    return client


@contextlib.contextmanager
def ground(template: Installation, *, clock: bool = False, named: bool = False) -> Iterator[Ground]:
    """All that runs. `clock`: it has a clock of its own; `named`: a resolver of its own."""
    with contextlib.ExitStack() as stack:
        small = stack.enter_context(disk())
        elsewhere = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        model = stack.enter_context(endpoint())
        settings = {"HALILIT_LLM": "gemini", "HALILIT_LLM_URL": model.url, "GEMINI_API_KEY": "secret-key"}
        if named:
            settings["HALILIT_LLM_URL"] = model.url.replace("127.0.0.1", "model.test")
        settings |= {"HALILIT_LLM_TIMEOUT": "5", "HALILIT_LLM_FAILURES": "4"}
        if clock:
            (elsewhere / "clock").write_text("0")
            settings |= {"LD_PRELOAD": str(built(CLOCK, elsewhere)), "FAULTS_CLOCK": str(elsewhere / "clock")}
        names, first = stack.enter_context(resolver(elsewhere)) if named else (None, tuple[str, ...]())
        keeper = Keeper(template.copied(small / "data", **settings), first)
        base = stack.enter_context(keeper.running())
        staff = stack.enter_context(contextlib.closing(logged_in(base)))
        yield Ground(keeper.installation, base, staff, keeper=keeper, model=model, names=names)


@contextlib.contextmanager
def web_alone() -> Iterator[Site]:
    """The library's site on a small disk, answering from the sources."""
    with disk(megabytes=32) as small:
        installation = shared("library", fill).copied(small / "data", HALILIT_LLM="extractive")
        with installation.web() as base:
            yield Site(installation, base)
