"""No way into our own network, whatever an address looks like."""

import asyncio
import socket

import httpcore
import pytest

from ingestion.addresses import is_private_address, normalise_url
from ingestion.errors import NotAllowed
from ingestion.guard import GuardedBackend

LOOPBACK = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0177.0.0.1", "017700000001", "0x7f000001", "0x7f.1", "0", "0.0.0.0",
    "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1::",
    "localhost", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "fd00::1", "fe80::1", "ff02::1",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
    "fec0::1", "::ffff:0:127.0.0.1", "::ffff:0:a9fe:a9fe", "5f00::1", "3fff::1", "192.0.0.8", "192.88.99.1", "8000::1",
]  # fmt: skip


class Recorder:
    """Stands where the connection would be made, and remembers to which address."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def connect_tcp(self, host, *_):
        self.asked.append(host)
        raise httpcore.ConnectError("only recorded")


def backend() -> tuple[GuardedBackend, Recorder]:
    guarded, recorder = GuardedBackend(allow_private=False), Recorder()
    guarded.inner = recorder  # type: ignore[assignment]
    return guarded, recorder


@pytest.mark.parametrize("host", LOOPBACK)
def test_no_spelling_of_a_private_address_is_connected_to(host):
    guarded, recorder = backend()
    # Some spellings are no address at all on this system: that is well too.
    with pytest.raises((NotAllowed, httpcore.ConnectError)):
        asyncio.run(guarded.connect_tcp(host, 80))
    assert recorder.asked == []


def test_public_addresses_are():
    for host in ("93.184.216.34", "2606:4700::1111", "64:ff9b::8.8.8.8"):
        guarded, recorder = backend()
        with pytest.raises(httpcore.ConnectError):
            asyncio.run(guarded.connect_tcp(host, 80))
        assert [is_private_address(each) for each in recorder.asked] == [False]


def test_a_name_that_changes_its_address_is_connected_where_it_was_checked(monkeypatch):
    """DNS rebinding: the second look-up would lead into our network, so there is none."""
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])

    def resolve(host, port, *_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    guarded, recorder = backend()
    with pytest.raises(httpcore.ConnectError):
        asyncio.run(guarded.connect_tcp("rebinding.test", 80))
    assert recorder.asked == ["93.184.216.34"]
    with pytest.raises(NotAllowed):
        asyncio.run(guarded.connect_tcp("rebinding.test", 80))


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(NotAllowed):
        asyncio.run(backend()[0].connect_tcp("mixed.test", 80))


def test_local_sockets_are_no_sites():
    with pytest.raises(NotAllowed):
        asyncio.run(backend()[0].connect_unix_socket("/run/docker.sock"))


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://brand.test/", "gopher://brand.test/", "data:text/html,x", "javascript:alert(1)", "unix:/run/x",
     "http://user@brand.test/", "http://brand.test@127.0.0.1/", "http://brand.test:pw@10.0.0.1/", "http:///etc/passwd", "dict://127.0.0.1:11211/"],
)  # fmt: skip
def test_other_schemes_and_names_of_users_are_no_addresses(url):
    assert normalise_url(url) is None
