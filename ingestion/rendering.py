"""Which pages of a site need the browser: what came back so far decides, for each kind of page of a host."""

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from .reasons import Reason, why

ENOUGH = 3  # pages of one kind in a row
ASK_AGAIN = 20  # every so many pages it is tried the other way, since sites change
NEW_TEXT = 100  # characters that make it worth while


def kind_of(url: str) -> str:
    """Pages that a site makes from one template, as far as addresses tell: host, first part, depth and parameters."""
    parts = urlsplit(url)
    segments = parts.path.strip("/").split("/")
    first = segments[0] if len(segments) > 1 else ""
    ending = re.search(r"\.\w{2,5}$", segments[-1])
    names = ",".join(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    route = "#" if parts.fragment else ""
    return f"{parts.netloc}/{first}/{len(segments)}{ending.group() if ending else ''}?{names}{route}"


class Rendering:
    """Counts of a run, in a row: a page of the other sort begins anew."""

    def __init__(self) -> None:
        self.needed: Counter[str] = Counter()
        self.in_vain: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()

    def learn(self, pages: Iterable[tuple[str, bool]]) -> None:
        """What earlier slices and runs found out: addresses, the latest last, and whether they were rendered."""
        for url, rendered in pages:
            self.note(url, needed=rendered)

    def note(self, url: str, *, needed: bool, helped: bool = True) -> None:
        """A page has been read: whether it needed the browser, and whether that showed more than HTTP had given."""
        kind = kind_of(url)
        self.needed[kind] = self.needed[kind] + 1 if needed and helped else 0
        self.in_vain[kind] = self.in_vain[kind] + 1 if needed and not helped else 0

    def straight(self, url: str) -> Reason | None:
        """Why a page is read in the browser at once, or None: HTTP first."""
        kind = kind_of(url)
        if self.needed[kind] < ENOUGH or self._is_asked_again(kind):
            return None
        return why("site_needs_it", pages=self.needed[kind])

    def vain(self, url: str) -> Reason | None:
        """Why a page is not read in the browser though it seems to need it, or None."""
        kind = kind_of(url)
        if self.in_vain[kind] < ENOUGH or self._is_asked_again(kind):
            return None
        return why("rendered_in_vain", pages=self.in_vain[kind])

    def _is_asked_again(self, kind: str) -> bool:
        self.asked[kind] += 1
        return self.asked[kind] % ASK_AGAIN == 0


def helped(reason: str, text: str, parts: int) -> bool:
    """Whether the browser showed more than HTTP: further parts of a list, or noticeably more text."""
    if isinstance(reason, Reason) and reason.code == "more_to_load":
        return parts > 0
    before = reason.details.get("characters", 0) if isinstance(reason, Reason) else 0
    return len(text) >= before + NEW_TEXT
