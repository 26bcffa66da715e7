"""Marks that a document does not exist, and what is expected of a brand's products: written down with who and when."""

from typing import Any

from django.db import transaction

from . import changes
from .coverage import Found
from .coverage_models import Expectation, NoSuchDocument, Rule
from .models import Brand, ChangeKind, Product


def mark_absent(product: Product, *, kind: str, language: str = "", user: Any) -> bool:
    """Say that a document does not exist. Returns whether that is new."""
    with transaction.atomic(), changes.made_by(user=user):
        _mark, new = NoSuchDocument.objects.get_or_create(
            product=product, kind=kind, language=language, defaults={"user": user}
        )
        if new:
            note(product, kind, language, marked=True)
    return new


def take_mark_back(product: Product, *, kind: str, language: str = "", user: Any) -> bool:
    """It does exist, or should be looked for again. Returns whether it was marked."""
    with transaction.atomic(), changes.made_by(user=user):
        gone, _ = NoSuchDocument.objects.filter(product=product, kind=kind, language=language).delete()
        if gone:
            note(product, kind, language, marked=False)
    return bool(gone)


def note(product: Product, kind: str, language: str, *, marked: bool) -> None:
    told = language or str(Found.ABSENT.label)
    changes.record(
        ChangeKind.ABSENT, product=product, field=kind, old=None if marked else told, new=told if marked else None,
        recipe={"kind": kind, "language": language, "marked": marked},
    )  # fmt: skip


def expect(brand: Brand, *, kind: str, rule: str = Rule.EVIDENCE, languages: str = "") -> None:
    """Decide which products of a brand should have a kind of document; by evidence alone nothing is kept."""
    codes = ",".join(code.strip() for code in languages.split(",") if code.strip())
    if rule == Rule.EVIDENCE and not codes:
        Expectation.objects.filter(brand=brand, kind=kind).delete()
    else:
        Expectation.objects.update_or_create(brand=brand, kind=kind, defaults={"rule": rule, "languages": codes[:60]})
