"""A resolver of its own for an installation: answers each name with loopback, as slowly as is wanted."""

import contextlib
import shutil
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ADDRESS = "127.77.77.77"
A = 1  # RFC 1035, 3.2.2


@dataclass
class Resolver:
    """`delay`: seconds until a question is answered."""

    socket: socket.socket
    delay: float = 0.0
    ended: threading.Event = field(default_factory=threading.Event)

    def serve(self) -> None:
        while not self.ended.is_set():
            try:
                question, asker = self.socket.recvfrom(512)
            except TimeoutError:
                continue
            threading.Thread(target=self.answer, args=(question, asker, self.delay), daemon=True).start()

    def answer(self, question: bytes, asker: tuple[str, int], delay: float) -> None:
        time.sleep(delay)
        with contextlib.suppress(OSError):
            self.socket.sendto(reply(question), asker)


def reply(question: bytes) -> bytes:
    """127.0.0.1 for an address of IPv4, else that there is none. RFC 1035, 4.1."""
    end = question.index(b"\0", 12) + 5
    kind = struct.unpack("!H", question[end - 4 : end - 2])[0]
    count = int(kind == A)
    head = question[:2] + struct.pack("!HHHHH", 0x8580, 1, count, 0, 0)
    found = b"\xc0\x0c" + struct.pack("!HHIH", A, 1, 1, 4) + socket.inet_aton("127.0.0.1")
    return head + question[12:end] + found * count


@contextlib.contextmanager
def resolver(folder: Path) -> Iterator[tuple[Resolver, tuple[str, ...]]]:
    """The resolver, and the words before a command that let it ask this one alone."""
    settings = folder / "resolv.conf"
    settings.write_text(f"nameserver {ADDRESS}\noptions timeout:5 attempts:2\n")
    within = f'mount --bind {settings} "$(readlink -f /etc/resolv.conf)" && exec "$@"'
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((ADDRESS, 53))
        server.settimeout(0.2)
        made = Resolver(server)
        serving = threading.Thread(target=made.serve, daemon=True)
        serving.start()
        try:
            yield made, (shutil.which("unshare") or "unshare", "--mount", "sh", "-c", within, "sh")
        finally:
            made.ended.set()
            serving.join()  # or the address would stay taken for as long as it waits for a question
