"""What a slice knows of the site that it reads: what belongs to it, and which of its URLs are known."""

from dataclasses import dataclass

from .frontier import Known
from .run_models import IngestionRun
from .scope import Scope


@dataclass
class Site:
    """`scope` may widen while the site is read, when it turns out in which languages it is written."""

    scope: Scope
    known: Known


def scope_of(run: IngestionRun) -> Scope:
    brand = run.brand
    return Scope.of(
        start_url=run.start_url,
        extra_hosts=brand.extra_hosts,
        languages=brand.languages or run.languages,
        exclude_patterns=brand.exclude_patterns,
    )
