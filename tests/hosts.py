"""Hosts of a network of their own: namespaces with a name, an address and a cable that can be pulled. Needs root.

The machine that the suite runs on is the network's middle, where the database and the stored files are.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

NETWORK, MIDDLE = "10.213.213.0/24", "10.213.213.1"
BRIDGE = "halilit-br"


def can_be_made() -> bool:
    """Whether this process may make namespaces; containers without privileges may not."""
    return os.geteuid() == 0 and bool(shutil.which("ip")) and not _try("ip", "netns", "list")


@dataclass(frozen=True)
class Host:
    """One host; its processes begin with `words`."""

    name: str
    cable: str

    @property
    def words(self) -> tuple[str, ...]:
        named = f'hostname {self.name} && exec "$@"'
        return ("ip", "netns", "exec", self.name, "unshare", "--uts", "sh", "-c", named, "sh")

    def cut_off(self) -> None:
        """Whatever is sent to it or by it is lost, and nobody is told."""
        _run("ip", "link", "set", self.cable, "down")

    def connect(self) -> None:
        _run("ip", "link", "set", self.cable, "up")


@contextlib.contextmanager
def network(*names: str) -> Iterator[list[Host]]:
    """Hosts of these names; one network at a time. Everything is gone afterwards."""
    hosts = [Host(name, f"halilit-c{n}") for n, name in enumerate(names)]
    _remove(hosts)
    try:
        _run("ip", "link", "add", BRIDGE, "type", "bridge")
        _run("ip", "address", "add", f"{MIDDLE}/24", "dev", BRIDGE)
        _run("ip", "link", "set", BRIDGE, "up")
        for n, host in enumerate(hosts, start=2):
            inside = f"halilit-i{n}"
            _run("ip", "netns", "add", host.name)
            _run("ip", "link", "add", host.cable, "type", "veth", "peer", "name", inside)
            _run("ip", "link", "set", host.cable, "master", BRIDGE, "up")
            _run("ip", "link", "set", inside, "netns", host.name)
            within = ("ip", "-n", host.name)
            _run(*within, "address", "add", f"10.213.213.{n}/24", "dev", inside)
            _run(*within, "link", "set", inside, "up")
            _run(*within, "link", "set", "lo", "up")
        yield hosts
    finally:
        _remove(hosts)


def _remove(hosts: list[Host]) -> None:
    for host in hosts:
        _try("ip", "netns", "delete", host.name)
        _try("ip", "link", "delete", host.cable)
    _try("ip", "link", "delete", BRIDGE)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


def _try(*words: str) -> int:
    return subprocess.run(words, check=False, capture_output=True).returncode


def reaches_database() -> bool:
    """Whether the suite's PostgreSQL server lets these hosts in (`.ci/with-postgresql`)."""
    return os.environ.get("POSTGRESQL_NETWORK") == NETWORK
