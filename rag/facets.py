"""How many of what was found are of which brand, family, kind, language and lifecycle."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from catalog.models import Document, DocumentKind, Lifecycle, Product

from .ranking import Ranked

MOST_VALUES = 8


@dataclass(frozen=True)
class Value:
    """`value` is what the address says (a slug, an id, a code), `label` what people read (a code where empty)."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Facets:
    """Commonest first. Documents count for kind and language, products for family and lifecycle, both for brand."""

    brand: list[Value] = field(default_factory=list)
    family: list[Value] = field(default_factory=list)
    kind: list[Value] = field(default_factory=list)
    language: list[Value] = field(default_factory=list)
    lifecycle: list[Value] = field(default_factory=list)


def facets_of(products: Sequence[Product], documents: Sequence[Document], ranked: Sequence[Ranked]) -> Facets:
    """Over everything that was found, also what is not shown."""
    ids = {document.pk for document in documents} | {one.candidate.document_id for one in ranked}
    rows = list(Document.objects.filter(pk__in=ids).values_list("pk", "brand__slug", "brand__name", "kind", "language"))
    languages: dict[int, set[str]] = {pk: {language} for pk, _, _, _, language in rows}
    for one in ranked:
        languages.get(one.candidate.document_id, set()).add(one.candidate.language)
    families = [(str(one.family.pk), one.family.name) for one in products if one.family]
    return Facets(
        brand=_counted([*((row[1], row[2]) for row in rows), *((one.brand.slug, one.brand.name) for one in products)]),
        family=_counted(families),
        kind=_counted((row[3], str(DocumentKind(row[3]).label)) for row in rows),
        language=_counted((code, "") for spoken in languages.values() for code in spoken if code),
        lifecycle=_counted((one.lifecycle, str(Lifecycle(one.lifecycle).label)) for one in products),
    )


def _counted(values: Iterable[tuple[str, str]]) -> list[Value]:
    counts = Counter(values)
    return [Value(value, label, count) for (value, label), count in counts.most_common(MOST_VALUES)]
