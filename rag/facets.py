"""How many of what was found are of which brand, family, kind, language and lifecycle."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import TextChoices

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


def facets_of(products: Sequence[Product], documents: Collection[Document], ranked: Sequence[Ranked]) -> Facets:
    """Over everything that was found, also what is not shown."""
    languages: dict[int, set[str]] = {document.pk: {document.language} for document in documents}
    for one in ranked:
        languages.get(one.candidate.document_id, set()).add(one.candidate.language)
    families = [(str(one.family.pk), one.family.name) for one in products if one.family]
    brands = [*(one.brand for one in documents), *(one.brand for one in products)]
    return Facets(
        brand=_counted((brand.slug, brand.name) for brand in brands),
        family=_counted(families),
        kind=_named((one.kind for one in documents), DocumentKind),
        language=_counted((code, "") for spoken in languages.values() for code in spoken if code),
        lifecycle=_named((one.lifecycle for one in products), Lifecycle),
    )


def _counted(values: Iterable[tuple[str, str]]) -> list[Value]:
    """As many as are shown; those that are as common, by name."""
    counts = sorted(Counter(values).items(), key=lambda item: (-item[1], item[0][1], item[0][0]))
    return [Value(value, label, count) for (value, label), count in counts[:MOST_VALUES]]


def _named(values: Iterable[str], choices: type[TextChoices]) -> list[Value]:
    labels = {str(choice.value): str(choice.label) for choice in choices}
    return _counted((value, labels[value]) for value in values)
