"""What a look at the installation finds: one line a matter."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    OK = "ok"
    NOTE = "note"  # worth knowing, nothing is wrong
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """`value` is what was found, `advice` what to do about it (empty where nothing is to be done)."""

    name: str
    verdict: Verdict
    value: str
    advice: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def expect(name: str, good: bool, value: object, advice: str) -> Finding:
    """A finding that is wrong, with advice, unless it is good."""
    return Finding(name, Verdict.OK if good else Verdict.WRONG, str(value), "" if good else advice)


def note(name: str, value: object, advice: str = "") -> Finding:
    return Finding(name, Verdict.NOTE if advice else Verdict.OK, str(value), advice)
