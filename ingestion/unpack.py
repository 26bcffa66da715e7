"""Unpacking what a site sends compressed, in small pieces, so that a bomb never stands in memory as a whole."""

import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Protocol

import httpx

from .errors import Refused
from .reasons import why

PIECE = 256 * 1024  # bytes at most that one step unpacks
ACCEPTED = "gzip, deflate, br"


class Unpacker(Protocol):
    def pieces(self, packed: bytes) -> Iterator[bytes]:
        """What these bytes unpack to, in pieces of at most PIECE."""


class Plain:
    def pieces(self, packed: bytes) -> Iterator[bytes]:
        yield packed


class Zipped:
    """gzip and deflate, the latter also without its header, as some servers send it."""

    def __init__(self) -> None:
        self.inner = zlib.decompressobj(47)
        self.begun = False

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        while packed and not self.inner.eof:
            try:
                piece = self.inner.decompress(packed, PIECE)
            except zlib.error:
                if self.begun:
                    raise
                self.inner = zlib.decompressobj(-zlib.MAX_WBITS)
                piece = self.inner.decompress(packed, PIECE)
            self.begun = True
            packed = self.inner.unconsumed_tail
            yield piece


class Brotli:
    def __init__(self) -> None:
        import brotli

        self.inner = brotli.Decompressor()

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        import brotli

        try:
            piece = self.inner.process(packed, output_buffer_limit=PIECE)
            while piece:
                yield piece
                piece = b"" if self.inner.is_finished() else self.inner.process(b"", output_buffer_limit=PIECE)
        except brotli.error as problem:
            raise zlib.error(str(problem)) from problem


def unpacker(encoding: str) -> Unpacker:
    """Raises Refused for what was not asked for: other ways to compress, or several on top of each other."""
    name = encoding.strip().lower()
    if name in ("", "identity", "none", "utf-8"):
        return Plain()
    if name in ("gzip", "x-gzip", "deflate"):
        return Zipped()
    if name == "br":
        return Brotli()
    raise Refused(why("packed", way=name[:60]))


async def unpacked(answer: httpx.Response) -> AsyncIterator[bytes]:
    """The body of an answer. Raises zlib.error where it cannot be unpacked."""
    way = unpacker(answer.headers.get("content-encoding", ""))
    async for packed in answer.aiter_raw():
        for piece in way.pieces(packed):
            yield piece
