"""Looks over the whole installation. Each look returns findings; none changes anything."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection

from catalog.models import Brand
from halilit.keeping.last import last, late_since
from ingestion.chromium import find_chromium
from ingestion.queries import clusters
from rag import vectors
from rag.embedders import embedder
from rag.errors import ProviderError
from rag.index import stale_ids
from rag.models import Chunk, IndexedDocument

from . import processes, readiness
from .findings import Finding, expect, note

MB = 1024 * 1024
LEAST_DISK = 1024 * MB
LEAST_MEMORY = 200 * MB
SLOW_QUERY = 10.0  # milliseconds
BROWSER_START = 30  # seconds
COUNTED = 1000  # stale documents; more are only said to be more


def pragma(name: str) -> str | int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


def database() -> Iterator[Finding]:
    yield expect("database", not (reason := readiness.database()), reason or connection.vendor, reason)
    if reason:
        return
    waiting = readiness.migrations()
    yield expect("migrations", not waiting, waiting or "all applied", "Run manage.py migrate.")
    if connection.vendor == "sqlite":
        yield from sqlite()
    if not waiting:
        yield from speed()


def sqlite() -> Iterator[Finding]:
    file = settings.DATABASES["default"]["NAME"]
    journal, synchronous, pages = pragma("journal_mode"), pragma("synchronous"), int(pragma("cache_size"))
    keep = "leave the options of halilit/databases.py as they are."
    local = f"It should be wal. Put the data folder on a local disk (not a network share), and {keep}"
    yield expect("journal mode", journal == "wal", journal, local)
    names = {0: "off", 1: "normal", 2: "full", 3: "extra"}
    shown = names.get(int(synchronous), synchronous)
    yield expect("synchronous", int(synchronous) == 1, shown, f"It should be normal: {keep}")
    size = f"{pages} pages" if pages > 0 else f"{-pages} KiB"
    yield expect("cache size", pages >= 10_000, size, f"It should be 10000 pages: {keep}")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        result = cursor.fetchone()[0]
    yield expect("database file", result == "ok", result, f"Restore {file} from a backup: it is damaged.")


def speed() -> Iterator[Finding]:
    """A typical query's time and the queries a second of one process, over half a second at most."""
    times: list[float] = []
    end = time.perf_counter() + 0.5
    while time.perf_counter() < end and len(times) < 500:
        began = time.perf_counter()
        list(Brand.objects.filter(active=True).order_by("name")[:20])
        times.append((time.perf_counter() - began) * 1000)
    median = sorted(times)[len(times) // 2]
    advice = "The disk or the machine is overloaded: see what else runs, and that the data folder is on a local disk."
    yield expect("query time", median <= SLOW_QUERY, f"{median:.2f} ms (median of {len(times)})", advice)
    yield note("throughput", f"{len(times) / sum(times) * 1000:.0f} queries a second in one process")


def folder() -> Iterator[Finding]:
    reason = readiness.data_folder()
    yield expect("data folder", not reason, reason or settings.DATA_DIR, reason)
    free = shutil.disk_usage(settings.DATA_DIR).free
    advice = "Less than 1 GB is free: make room, or move the data folder (HALILIT_DATA_DIR)."
    yield expect("disk", free >= LEAST_DISK, f"{free / MB / 1024:.1f} GB free", advice)


def backups() -> Iterator[Finding]:
    made = last()
    shown = f"{made.at:%Y-%m-%d %H:%M} UTC, {made.size / MB:.0f} MB in {made.folder}" if made else "none yet"
    advice = "The last night without one was not the first: run manage.py backup, and see journalctl -u halilit-backup."
    yield expect("last backup", late_since() is None, shown, advice)


def files() -> Iterator[Finding]:
    """The bucket that hosts share, where there is one; a folder is looked at with the data folder."""
    if not settings.S3_BUCKET:
        return
    try:
        default_storage.exists("doctor")
        problem = ""
    except OSError as trouble:
        problem = str(trouble)
    advice = "Documents and pictures cannot be shown or stored: look at HALILIT_S3_BUCKET, _URL, _KEY and _SECRET."
    yield expect("stored files", not problem, problem or f"bucket {settings.S3_BUCKET}", advice)


def shared_cache() -> Iterator[Finding]:
    cache.set("doctor", "here", 10)
    advice = "Processes cannot see each other's state: look at the permissions of the data folder's cache/."
    yield expect("cache", cache.get("doctor") == "here", "works", advice)


def browser() -> Iterator[Finding]:
    path = find_chromium(settings.CHROMIUM)
    missing = "Pages that need JavaScript cannot be read. Run make setup, or name a Chromium in HALILIT_CHROMIUM."
    if not path:
        yield expect("browser", False, "none found", missing)
        return
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=BROWSER_START, check=False)
        version, good = asked.stdout.strip() or asked.stderr.strip()[:200], asked.returncode == 0
    except (OSError, subprocess.TimeoutExpired) as problem:
        version, good = str(problem), False
    yield expect("browser", good, f"{path}: {version}", f"It does not start. {missing}")


def queue() -> Iterator[Finding]:
    """Clusters write their state every few seconds, and it expires by itself: what is listed is alive."""
    alive = clusters()
    shown = ", ".join(f"process {each['pid']} on {each['host']} ({each['status']})" for each in alive) or "none"
    wanted = 2  # default and scrape
    advice = (
        f"{wanted} should report themselves, so scrapes and schedules stand still. Start them with make run, or "
        "Q_CLUSTER_NAME=scrape manage.py qcluster and manage.py qcluster."
    )
    yield expect("clusters", len(alive) >= wanted, shown, advice)


def index() -> Iterator[Finding]:
    stale = len(stale_ids(COUNTED))
    shown = f"{Chunk.objects.count()} passages of {IndexedDocument.objects.count()} documents"
    behind = f"; {stale}{'+' if stale == COUNTED else ''} documents have changed since" if stale else ""
    advice = (
        "Search and answers don't know the newest state. Start the default cluster: it brings the index up to date."
    )
    yield expect("index", not stale, shown + behind, advice)


def meaning() -> Iterator[Finding]:
    """Which vectors there are, and which of the two searches goes through them."""
    try:
        model = embedder()
    except ProviderError as problem:
        yield expect("vectors", False, problem, "Search goes by words alone until then. See docs/search.md.")
        return
    if model is None:
        yield note("vectors", "none: search goes by words alone (HALILIT_EMBEDDER is empty)")
        return
    store = vectors.store(model.name)
    yield note("vectors", f"{store.count()} of {Chunk.objects.count()} passages, {store.where()}", vectors.advice())


def provider() -> Iterator[Finding]:
    from rag.providers import configured_provider

    try:
        configured_provider()
    except (ProviderError, ImportError) as problem:
        advice = "Until then answers are put together from the sources (extractive). See docs/settings.md."
        yield expect("provider", False, f"{settings.LLM}: {problem}", advice)
    else:
        model = f" with {settings.LLM_MODEL}" if settings.LLM_MODEL else ""
        yield note("provider", f"{settings.LLM}{model}")


def memory() -> Iterator[Finding]:
    for kind, (count, size) in sorted(processes.memory().items()):
        yield note(f"memory: {kind}", f"{size / MB:.0f} MB (PSS) in {count} process{'es' if count > 1 else ''}")
    if free := processes.available_memory():
        advice = "Less than 200 MB are left: end something, or lower HALILIT_SCRAPE_WORKERS."
        yield expect("memory: available", free >= LEAST_MEMORY, f"{free / MB:.0f} MB", advice)


LOOKS: list[Callable[[], Iterator[Finding]]] = [
    database,
    folder,
    backups,
    files,
    shared_cache,
    browser,
    queue,
    index,
    meaning,
    provider,
    memory,
]


def examine() -> list[Finding]:
    """All findings. Where the tables are missing, what needs them is left out: migrating comes first."""
    findings = list(database())
    tables = all(finding.verdict != "wrong" for finding in findings if finding.name in ("database", "migrations"))
    needing = {backups, queue, index, meaning}
    for look in LOOKS[1:]:
        if tables or look not in needing:
            findings += look()
    return findings
