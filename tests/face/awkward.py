"""What makes pages hard to draw well, and a record of every kind that has a page of its own. Runs in the demo's process.

A product with a name of ninety characters, no picture and forty documents, in a brand without any other; what staff wrote.
"""

from datetime import timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from catalog.models import Brand, Document, Product, ProductDocument
from ingestion.models import IngestionRun
from rag.care import CuratedAnswer
from rag.models import Answer, AnswerState, Conversation, Evaluation

LONG = "Meridian Grand Symphonic Stage Piano 88 MkIII Anniversary Edition with Weighted Hammer Action"
ADDRESS = "https://example.com/{}"
KINDS = ("manual", "quick_start", "spec_sheet", "firmware_notes", "other")
BUSY = {
    "title": "The database does not answer",
    "what": "Please try again in a minute.",
    "typed": "How is it reset? " * 20,
}
# What is shown where a page cannot be: the template and what it is told.
REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "not understood": ("400.html", {}),
    "not open to visitors": ("403.html", {}),
    "a right is lacking": ("403.html", {"known": True, "missing": "edit", "roles": ["Editor", "Administrator"]}),
    "a form that is too old": ("403_csrf.html", {}),
    "too many logins": ("accounts/locked.html", {"minutes": 15}),
    "a fault of ours": ("500.html", {}),
    "too much, too late, or nobody there": ("503.html", BUSY),
}
LANGUAGES = ("en", "de", "fr", "es", "it", "ja", "")


def made(manual: int) -> dict[str, str]:
    """Where each may be seen."""
    product = long_product()
    answer = refused("Which firmware does it have, and how is it put on without a computer at hand?")
    for accuracy in (0.9, 0.8):
        Evaluation.objects.create(name="demo", provider="extractive", figures={"accuracy": accuracy})
    curated = CuratedAnswer.objects.create(
        question="How is it cleaned?", answer="With a dry cloth.", product=Product.objects.filter(documents=manual).first(),
        needs_review=True, review_reason="The manual that it cites has changed.",
    )  # fmt: skip
    return {
        "product with a long name": product.get_absolute_url(),
        "brand with one product": product.brand.get_absolute_url(),
        "answer that found nothing": answer.get_absolute_url(),
        "shared": f"/shared/{answer.conversation.share_key}/",
        "run": f"/staff/runs/{IngestionRun.objects.latest('pk').pk}/",
        "curated": f"/staff/questions/curated/{curated.pk}/",
        "plan": f"/staff/brands/{product.brand_id}/plan/",
    }


def refusals() -> dict[str, dict[str, str]]:
    """The pages that no address leads to while all is well, in each language."""
    shown: dict[str, dict[str, str]] = {}
    for language in ("en", "he"):
        with translation.override(language):
            shown[language] = {name: str(render_to_string(*told)) for name, told in REFUSED.items()}
    return shown


def long_product() -> Product:
    brand = Brand.objects.get(slug="akai-professional")
    product = Product.objects.create(
        brand=brand, name=LONG, slug="long", page_url=ADDRESS.format("long"), description="Eighty-eight keys. " * 30,
        price="123456.78", currency="EUR", sku="MERIDIAN-GRAND-88-MK3-ANNIVERSARY-EDITION-0001",
    )  # fmt: skip
    for n in range(40):
        paper = Document.objects.create(
            brand=brand, kind=KINDS[n % 5], title=f"{LONG} – Owner’s Manual and Reference Guide {n + 1}", page_count=n + 1,
            url=ADDRESS.format(f"{n}.pdf"), language=LANGUAGES[n % 7], mime_type="application/pdf", size=100_000 * (n + 1),
            gone_since=timezone.now() - timedelta(days=n) if n % 9 == 8 else None,
        )  # fmt: skip
        ProductDocument.objects.create(product=product, document=paper)
    return product


def refused(question: str) -> Answer:
    return Answer.objects.create(
        conversation=Conversation.objects.create(language="en", share_key="k" * 43), question=question, language="en",
        state=AnswerState.DONE, abstained=True, text="The manuals do not say. Ask about a model by its name.",
    )  # fmt: skip
