"""`manage.py ask`: a question answered on the terminal, with its sources."""

import textwrap
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from rapidfuzz import process, utils

from catalog.models import Brand, Product
from rag.answer import answer_now
from rag.forms_ask import MAX_QUESTION
from rag.models import Answer

WIDTH = 100
NO_ANSWER = 3  # exit code: the material does not answer; 1: the question could not be asked
SUGGESTIONS = 5
LIKENESS = 55  # of 100


class Command(BaseCommand):
    help = _(
        "Answer a question from the manuals and pages. Exit code 0: answered; 3: nothing answers it; 1: not asked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question", help=_("What to answer, in English or Hebrew."))
        parser.add_argument("--brand", default="", help=_("Only from this brand's material: name or slug."))
        parser.add_argument("--product", default="", help=_("About this product: name, slug or SKU."))
        parser.add_argument(
            "--language", default="", choices=["en", "he"], help=_("Of the answer; else the question's.")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        question = options["question"].strip()
        if not question:
            raise CommandError(_("The question is empty. Write it in quotes behind the command."))
        if len(question) > MAX_QUESTION:
            message = _("The question has %(count)d characters; at most %(most)d can be read.")
            raise CommandError(message % {"count": len(question), "most": MAX_QUESTION})
        brand = _brand(options["brand"]) if options["brand"] else None
        product = _product(options["product"], brand) if options["product"] else None
        answer = answer_now(question, brand=brand, product=product, language=options["language"])
        with override(answer.language):
            self.show(answer)
        if answer.abstained:
            raise SystemExit(NO_ANSWER)

    def show(self, answer: Answer) -> None:
        if answer.notice:
            self.stderr.write(answer.notice)
        for line in [*answer.advice.splitlines(), *answer.text.replace("**", "").split("\n")]:
            self.stdout.write(textwrap.fill(line, WIDTH) if line.strip() else "")
        if answer.sources:
            self.stdout.write("\n" + (_("Nearest pages:") if answer.abstained else _("Sources:")))
        for source in answer.sources:
            page = _(", page %(page)s") % source if source["paged"] else ""
            where = f"{reverse('catalog:document', args=[source['document']])}#page-{source['page']}"
            self.stdout.write(
                f"[{source['n']}] {source['title']}{page} ({source['brand']})\n    {where}  {source['url']}"
            )


def _brand(name: str) -> Brand:
    brands = {brand.name: brand for brand in Brand.objects.all()}
    for brand in brands.values():
        if name.casefold() in (brand.name.casefold(), brand.slug):
            return brand
    raise CommandError(_unknown(_("There is no brand “%(name)s” here."), name, list(brands)))


def _product(name: str, brand: Brand | None) -> Product:
    """The product of that name, slug or SKU. A name that several brands use needs the brand."""
    rows = Product.objects.filter(brand=brand) if brand else Product.objects.all()
    for field in ("name__iexact", "slug__iexact", "sku__iexact"):
        found = list(rows.filter(**{field: name}).select_related("brand")[:2])
        if len(found) == 1:
            return found[0]
        if found:
            message = _("Several brands have a product “%(name)s”. Name the brand with --brand as well.")
            raise CommandError(message % {"name": name})
    names = list(rows.values_list("name", flat=True).distinct())
    raise CommandError(_unknown(_("There is no product “%(name)s” here."), name, names))


def _unknown(message: str, name: str, known: list[str]) -> str:
    near = process.extract(name, known, processor=utils.default_process, score_cutoff=LIKENESS, limit=SUGGESTIONS)
    hint = _("Did you mean: %(names)s?") % {"names": ", ".join(found for found, *_rest in near)} if near else ""
    return f"{message % {'name': name}} {hint}".strip()
