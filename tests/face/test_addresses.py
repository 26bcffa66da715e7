"""Every page that the site has is among those which the tests of this folder look at."""

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, resolve

from .addresses import NOT_PAGES, OF_STAFF, OF_VISITORS, of_staff, of_visitors
from .site import Face

# Where tests.face.awkward puts its records; the form of each address is all that counts here.
PLACES = {
    "product with a long name": "/products/a/b/", "brand with one product": "/brands/a/", "run": "/staff/runs/1/",
    "answer that found nothing": "/ask/00000000-0000-4000-8000-000000000000/", "shared": "/shared/key/",
    "curated": "/staff/questions/curated/1/", "plan": "/staff/brands/1/plan/",
}  # fmt: skip


def views(resolver: URLResolver, within: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Name and view of every address but those of Django's admin and of the API."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            space = ":".join(part for part in (within, each.namespace) if part)
            if not space.startswith(("admin", "api")):
                yield from views(each, space)
        elif isinstance(each, URLPattern) and each.name and within:
            yield f"{within}:{each.name}", each.callback


def only_acts(view: Callable[..., Any]) -> bool:
    """Whether `require_POST` stands around it."""
    layer: Any = view
    while layer is not None:
        if ["POST"] in [cell.cell_contents for cell in getattr(layer, "__closure__", None) or ()]:
            return True
        layer = getattr(layer, "__wrapped__", None)
    return False


def test_no_page_is_left_out():
    face = Face("", installation=None, manual=1, places=PLACES)  # type: ignore[arg-type]
    looked_at = {resolve(at.partition("?")[0]).view_name for at in (of_visitors(face) | of_staff(face)).values()}
    pages = {name for name, view in views(get_resolver()) if not only_acts(view)}
    assert pages - looked_at - NOT_PAGES == set()
    assert NOT_PAGES - pages == set(), "these are gone"
    assert set(PLACES) == {*OF_VISITORS, *OF_STAFF}
