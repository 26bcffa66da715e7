"""Which documents a product is expected to have: by what its family and brand have, unless staff say otherwise."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .coverage_models import Expectation, Rule
from .models import DocumentKind

KINDS = (
    *(DocumentKind.MANUAL, DocumentKind.QUICK_START, DocumentKind.DATASHEET, DocumentKind.FIRMWARE_NOTES),
    *(DocumentKind.MIDI_CHART, DocumentKind.PARTS_LIST, DocumentKind.SAFETY),
)
FEW_SIBLINGS, FEW_OF_BRAND, FEW_WITH_KIND = 3, 5, 3  # fewer products than these are no evidence
FAMILY_SHARE, BRAND_SHARE, LANGUAGE_SHARE = 0.4, 0.5, 0.5


@dataclass(frozen=True)
class Member:
    """A product as evidence counts it: its family, and the languages of what it has of each kind."""

    family: int | None
    has: Mapping[str, frozenset[str]]


@dataclass
class Expected:
    """What the products of one brand are expected to have; `why` says by which evidence."""

    members: Iterable[Member]
    rules: Mapping[str, Expectation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.size: Counter[int | None] = Counter()
        self.having: Counter[tuple[int | None, str]] = Counter()
        self.total: Counter[str] = Counter()
        self.spoken: dict[str, Counter[str]] = defaultdict(Counter)
        for member in self.members:
            self.size[member.family] += 1
            for kind, languages in member.has.items():
                self.having[member.family, kind] += 1
                self.total[kind] += 1
                self.spoken[kind].update(languages)
        self.products = self.size.total()

    def why(self, family: int | None, kind: str) -> str:
        """Why a product of this family should have this kind of document; "" where it need not."""
        rule = self.rules.get(kind)
        if rule is not None and rule.rule != Rule.EVIDENCE:
            return _("staff expect it of every product") if rule.rule == Rule.ALWAYS else ""
        siblings, with_it = self.size[family], self.having[family, kind]
        if family is not None and siblings >= FEW_SIBLINGS:
            if with_it >= FAMILY_SHARE * siblings:
                return _("%(n)d of %(all)d in its family have one") % {"n": with_it, "all": siblings}
            if kind != DocumentKind.MANUAL or (not with_it and siblings >= FEW_OF_BRAND and self.total[kind]):
                return ""  # its siblings do without: cases and cables have no manual
        if self.products >= FEW_OF_BRAND and self.total[kind] >= BRAND_SHARE * self.products:
            return _("%(n)d of %(all)d of the brand have one") % {"n": self.total[kind], "all": self.products}
        return _("nearly every instrument has one") if kind == DocumentKind.MANUAL else ""

    def languages(self, kind: str) -> list[str]:
        """The languages in which documents of this kind should be there."""
        rule = self.rules.get(kind)
        if rule is not None and rule.languages:
            return [code.strip() for code in rule.languages.split(",") if code.strip()]
        least = max(FEW_WITH_KIND, LANGUAGE_SHARE * self.total[kind])
        return sorted(code for code, n in self.spoken[kind].items() if n >= least)
