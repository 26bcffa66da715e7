"""The processes of this installation and their memory, read from /proc (Linux)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from dotenv import dotenv_values

PROC = Path("/proc")
WEB, CLUSTER, BROWSER, DEMO = "web", "cluster", "browser", "demo site"
# What begins a process of a kind; its children belong to it.
ROOTS = {"halilit.asgi": WEB, "qcluster": CLUSTER, "demo_site": DEMO}
BROWSER_SIGNS = ("chrom", "playwright/driver", "headless_shell", "headless-shell")


@dataclass(frozen=True)
class Process:
    """`pss` is the proportional share of memory in bytes: shared pages are divided among those that share them."""

    pid: int
    parent: int
    kind: str
    pss: int


def read(pid: int, name: str) -> bytes:
    """A file of /proc/PID; empty where the process has ended or belongs to somebody else."""
    try:
        return (PROC / str(pid) / name).read_bytes()
    except OSError:
        return b""


def command(pid: int) -> str:
    return read(pid, "cmdline").replace(b"\0", b" ").decode(errors="replace")


def parent(pid: int) -> int:
    """From /proc/PID/stat, after the name, which may hold anything but is closed by the last bracket."""
    fields = read(pid, "stat").rpartition(b")")[2].split()
    return int(fields[1]) if len(fields) > 1 else 0


def pss(pid: int) -> int:
    """Bytes; 0 where it cannot be read."""
    for line in read(pid, "smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def is_ours(pid: int) -> bool:
    """Whether the process works on this data folder: by its environment, or by default in this project's folder."""
    entries = dict(entry.partition(b"=")[::2] for entry in read(pid, "environ").split(b"\0"))
    named = entries.get(b"HALILIT_DATA_DIR", b"").decode(errors="replace")
    if named:
        return Path(named).expanduser().resolve() == settings.DATA_DIR
    try:
        folder = (PROC / str(pid) / "cwd").readlink()
    except OSError:
        return False
    return folder == settings.BASE_DIR and unnamed_folder() == settings.DATA_DIR


def unnamed_folder() -> Path:
    """The data folder of a process whose environment names none: that of the .env file, or the default."""
    named = dotenv_values(settings.BASE_DIR / ".env").get("HALILIT_DATA_DIR")
    return Path(named or settings.BASE_DIR / "data").expanduser().resolve()


def kind_of(pid: int) -> str:
    words = command(pid)
    if not words.startswith(("/bin/sh", "/bin/bash", "sh ", "bash ")):
        for sign, kind in ROOTS.items():
            if sign in words and is_ours(pid):
                return kind
    return ""


def inherited(pid: int, parents: dict[int, int], roots: dict[int, str]) -> str:
    """The kind of a process: its own, or that of the nearest ancestor that has one."""
    seen = pid
    while seen and seen not in roots:
        seen = parents.get(seen, 0)
    kind = roots.get(seen, "")
    return BROWSER if kind and any(sign in command(pid) for sign in BROWSER_SIGNS) else kind


def processes() -> Iterator[Process]:
    """All processes of this installation's web, clusters and demo site, and the browsers that they started."""
    pids = [int(folder.name) for folder in PROC.iterdir() if folder.name.isdigit()] if PROC.is_dir() else []
    parents = {pid: parent(pid) for pid in pids}
    roots = {pid: kind for pid in pids if (kind := kind_of(pid))}
    for pid in pids:
        if kind := inherited(pid, parents, roots):
            yield Process(pid, parents[pid], kind, pss(pid))


def memory() -> dict[str, tuple[int, int]]:
    """By kind: how many processes, and bytes in all (PSS)."""
    totals: dict[str, tuple[int, int]] = {}
    for process in processes():
        count, size = totals.get(process.kind, (0, 0))
        totals[process.kind] = (count + 1, size + process.pss)
    return totals


def available_memory() -> int:
    """Bytes that the machine can still give; 0 where that is unknown."""
    try:
        lines = (PROC / "meminfo").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), 0)
