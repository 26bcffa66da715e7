"""What staff see beside a product or document: forms to correct it, who decided what, and its history."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from . import feed, forms_staff
from .models import Change, Document, Product, ProductDocument

SHOWN = 30  # changes of one thing
NAMES = 500  # products of the brand that the fields propose


def product_context(product: Product) -> dict[str, Any]:
    return {
        "form": forms_staff.ProductForm.of(product),
        "merge": forms_staff.MergeForm(product),
        "split": forms_staff.SplitForm(product),
        "locks": [(label_of(name), lock) for name, lock in product.locks.items()],
        "family_label": label_of("family_id"),
        "names": names_of(product.brand_id),
        "history": history(product=product),
    }


def document_context(document: Document) -> dict[str, Any]:
    return {
        "form": forms_staff.DocumentForm(instance=document),
        "move": forms_staff.MoveForm(document),
        "names": names_of(document.brand_id),
        "covers": reasons(document),
        "history": history(document=document),
    }


# Where a document names its product (ingestion.proposals), for people.
CLUES = {
    "heading": _("the heading above its link"),
    "title": _("its title"),
    "file": _("its file’s name"),
    "own": _("the title within the file"),
    "folder": _("its folder"),
    "text": _("its text, times"),
    "same_file": _("the same file at another address"),
}


def reasons(document: Document) -> list[dict[str, Any]]:
    """For each product that a document covers: how sure that is, who or what says so, and what stands there."""
    links = ProductDocument.objects.filter(document=document).select_related("product__brand").order_by("-confidence")
    return [
        {
            "product": link.product,
            "percent": round(link.confidence * 100),
            "source": link.get_source_display(),
            "evidence": [(CLUES.get(clue, clue), words) for clue, words in link.evidence],
        }
        for link in links[:SHOWN]
    ]


def label_of(name: str) -> str:
    return str(feed.FIELDS.get(name.removesuffix("_id"), name))


def names_of(brand_id: int) -> list[str]:
    shown = Product.objects.filter(brand=brand_id, merged_into=None, hidden=False)
    return list(shown.order_by("name").values_list("name", flat=True)[:NAMES])


def history(**about: Product | Document) -> list[feed.Entry]:
    rows = Change.objects.filter(**about).select_related("brand", "product__brand", "document", "user")
    return feed.entries(rows[:SHOWN])
