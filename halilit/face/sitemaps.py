"""What search engines may visit: brands, products and documents, each in both languages."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from catalog.models import Brand, Document, DocumentState, Product, ProductFamily

from .languages import CODES


class InLanguages:
    """Each of the items in each language, as a paginator wants them: read a page at a time."""

    def __init__(self, items: Any) -> None:
        self.items = items

    def __len__(self) -> int:
        count: int = self.items.count() if isinstance(self.items, QuerySet) else len(self.items)
        return count * len(CODES)

    def __getitem__(self, part: slice) -> list[tuple[Any, str]]:
        first, last = part.start // len(CODES), -(-part.stop // len(CODES))
        both = [(item, code) for item in self.items[first:last] for code in CODES]
        begin = part.start - first * len(CODES)
        return both[begin : begin + part.stop - part.start]


class Bilingual(Sitemap[Any]):
    """Each page twice, `/en/…` and `/he/…`, and each naming the other."""

    i18n = True
    alternates = True
    x_default = True
    limit = 500  # addresses: a file takes a fifth of a second, whoever asks for it

    def _items(self) -> Any:
        """Django's own way would read every row there is for each page, and for the list of pages."""
        return InLanguages(self.items())

    def get_latest_lastmod(self) -> None:
        """Each page says it by itself; for all of them together every row would have to be read."""

    def get_protocol(self, protocol: str | None = None) -> str:
        return protocol or "https"

    def location(self, item: Any) -> str:
        path = item.get_absolute_url() if isinstance(item, Model) else reverse(item)  # type: ignore[attr-defined]
        return f"/{get_language()}{path}"


class Pages(Bilingual):
    def items(self) -> list[str]:
        return ["catalog:home", "catalog:brands", "rag:search", "rag:ask"]


class Brands(Bilingual):
    def items(self) -> Any:
        return Brand.objects.filter(active=True).order_by("pk")


class Families(Bilingual):
    def items(self) -> Any:
        shown = ProductFamily.objects.filter(brand__active=True, products__hidden=False, products__gone_since=None)
        return shown.select_related("brand").order_by("pk").distinct()


class Products(Bilingual):
    def items(self) -> Any:
        shown = Product.objects.filter(hidden=False, gone_since=None, brand__active=True)
        return shown.select_related("brand").order_by("pk")

    def lastmod(self, item: Product) -> Any:
        return item.changed_at or item.first_seen


class Documents(Bilingual):
    """Manuals and the like; product pages say what the products' own pages say already."""

    def items(self) -> Any:
        stored = Document.objects.filter(state=DocumentState.STORED, hidden=False, gone_since=None, brand__active=True)
        return stored.exclude(kind="product_page").order_by("pk")

    def lastmod(self, item: Document) -> Any:
        return item.changed_at or item.first_seen


SITEMAPS = {"pages": Pages, "brands": Brands, "families": Families, "products": Products, "documents": Documents}
