"""The search page's links: what a search was limited to, each to be taken off; what else it may be limited to."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _

from catalog.models import Brand, DocumentKind, Lifecycle
from catalog.templatetags.support import language_name

from .facets import Value
from .intent import NAMES
from .products import MOST_CHOICES
from .search import SearchResults


@dataclass(frozen=True)
class Chip:
    """`understood`: the text itself says so, `said` with these words; `url` takes it off."""

    name: str
    label: str
    url: str
    understood: bool = False
    said: str = ""


@dataclass(frozen=True)
class FacetLink:
    label: str
    count: int
    url: str


@dataclass(frozen=True)
class FacetRow:
    label: str
    values: list[FacetLink]


def address(wanted: dict[str, Any], **changes: Any) -> str:
    """The search page's address with these changes; None or "" takes a value off."""
    pairs: list[tuple[str, str]] = []
    for name, value in (wanted | changes).items():
        if isinstance(value, (list, tuple)):
            pairs += [(name, str(one)) for one in value]
        elif value:
            pairs.append((name, said(value)))
    return f"{_page(get_script_prefix())}?{urlencode(pairs)}"


@lru_cache
def _page(_mounted_at: str) -> str:
    """One search links to itself a dozen times."""
    return reverse("rag:search")


def said(value: Any) -> str:
    if isinstance(value, Brand):
        return value.slug
    return str(value.pk if isinstance(value, Model) else value)


def chips(wanted: dict[str, Any], results: SearchResults) -> list[Chip]:
    """Everything that the search was limited to, the given and what the text itself says."""
    kept, made = results.filters, []
    for name, label in _names().items():
        value = getattr(kept, name)
        if not value:
            continue
        if wanted[name]:
            made.append(Chip(name, f"{label}: {_shown(name, value)}", address(wanted, **{name: None})))
        else:
            url = address(wanted, words=[*wanted["words"], name])
            words = results.intent.said.get(name, "")
            made.append(Chip(name, f"{label}: {_shown(name, value)}", url, understood=True, said=words))
    return made


def facet_links(wanted: dict[str, Any], results: SearchResults) -> list[FacetRow]:
    """What would limit the search further; a facet whose filter is set, or that has one value alone, is left out."""
    rows = []
    for name, label in _names().items():
        values: Sequence[Value] = getattr(results.facets, name, [])
        if len(values) > 1 and not getattr(results.filters, name):
            links = [FacetLink(_label(name, one), one.count, address(wanted, **{name: one.value})) for one in values]
            rows.append(FacetRow(label, links))
    return rows


def choice_links(wanted: dict[str, Any], results: SearchResults) -> list[FacetLink]:
    """The products that the text may mean, at most MOST_CHOICES: with more, the text names none."""
    if not 1 <= len(results.choices) <= MOST_CHOICES:
        return []
    plain = wanted | {"brand": None}
    return [FacetLink(product.name, 0, address(plain, product=product)) for product in results.choices]


def without_filters(wanted: dict[str, Any]) -> str:
    return address({"q": wanted["q"], "words": list(NAMES)})


def _names() -> dict[str, str]:
    return {
        "product": _("Product"),
        "brand": _("Brand"),
        "family": _("Product family"),
        "kind": _("Kind"),
        "language": _("Language"),
        "lifecycle": _("Lifecycle"),
    }


def _shown(name: str, value: Any) -> str:
    if name in ("kind", "lifecycle", "language"):
        return _label(name, Value(value, "", 0))
    return str(value.name)


def _label(name: str, one: Value) -> str:
    """In the language of the page that is shown now."""
    if name == "kind":
        return str(DocumentKind(one.value).label)
    if name == "lifecycle":
        return str(Lifecycle(one.value).label)
    return str(language_name(one.value)) if name == "language" else one.label
