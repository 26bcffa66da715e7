"""What a slice knows of the site that it reads: what belongs to it, and which of its URLs are known."""

from dataclasses import dataclass

from .frontier import Known
from .scope import Scope


@dataclass
class Site:
    """`scope` may widen while the site is read, when it turns out in which languages it is written."""

    scope: Scope
    known: Known
