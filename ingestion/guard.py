"""Connections only to public addresses: the defence against sites that point their links into our own network.

The check stands where the connection is made and connects to the very address that it checked, so that neither a
redirect nor a name that changes its address between two look-ups (DNS rebinding) gets around it.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore
import httpx
from httpcore._backends.auto import AutoBackend

from .addresses import is_private_address
from .errors import NotAllowed
from .reasons import why


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Network backend of httpcore that resolves names itself and refuses private addresses unless they are allowed."""

    def __init__(self, *, allow_private: bool) -> None:
        self.allow_private = allow_private
        self.inner = AutoBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        address = await self.address_of(host, port)
        return await self.inner.connect_tcp(address, port, timeout, local_address, socket_options)

    async def address_of(self, host: str, port: int) -> str:
        """The first address of a host. Raises NotAllowed for a private one, httpcore.ConnectError without any."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as problem:
            raise httpcore.ConnectError(f"{host} has no address") from problem
        addresses = [str(entry[4][0]) for entry in found]
        if not self.allow_private and (private := next(filter(is_private_address, addresses), None)):
            raise NotAllowed(why("private", host=host, address=private))
        return addresses[0]

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise NotAllowed("A local socket is no web site.")

    async def sleep(self, seconds: float) -> None:
        await self.inner.sleep(seconds)


@cache
def trusted() -> ssl.SSLContext:
    """The system's certificates; reading them takes a third of a second, so it is done once."""
    return ssl.create_default_context()


def guarded_transport(*, allow_private: bool, connections: int = 20) -> httpx.AsyncHTTPTransport:
    """A transport of httpx whose connections go through GuardedBackend."""
    context = trusted()
    transport = httpx.AsyncHTTPTransport(verify=context)
    # httpx has no parameter for the network backend; its pool is httpcore's, which has.
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=context,
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=10,
        network_backend=GuardedBackend(allow_private=allow_private),
    )
    return transport
