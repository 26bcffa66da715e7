"""`manage.py ask`: answers, sources, exit codes."""

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Product
from rag.models import Answer

from .manuals import build
from .site import QUESTION


@pytest.fixture
def brand(db):
    return build()


def test_the_answer_and_its_numbered_sources_are_printed(brand, capsys):
    call_command("ask", QUESTION)
    printed = capsys.readouterr().out
    assert "Hold the Shift and Bank buttons" in printed
    assert "[1] Tremor 25 - User Guide, page 2 (Karmel Audio)" in printed
    assert "#page-2" in printed


def test_no_answer_has_an_exit_code_of_its_own(brand, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("ask", "How much does the Galil 8 gen 2 cost?")
    assert ended.value.code == 3
    assert "Nearest pages:" in capsys.readouterr().out


def test_the_language_of_the_answer_can_be_chosen(brand, capsys):
    with pytest.raises(SystemExit):
        call_command("ask", "How much does the Galil 8 gen 2 cost?", language="he")
    assert Answer.objects.get().language == "he"
    assert "א" <= capsys.readouterr().out.strip()[0] <= "ת"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"question": "  "}, "The question is empty"),
        ({"question": "x" * 2001}, "at most 2000"),
        ({"question": QUESTION, "brand": "Karml Audio"}, "Did you mean: Karmel Audio"),
        ({"question": QUESTION, "product": "Tremr 25"}, "Did you mean: Tremor 25"),
    ],
)
def test_what_cannot_be_asked_is_explained(brand, options, message):
    Product.objects.get_or_create(brand=brand, name="Tremor 25", slug="tremor-25x", page_url="https://karmel.test/t25")
    with pytest.raises(CommandError, match=message):
        call_command("ask", options.pop("question"), **options)
    assert not Answer.objects.exists()


def test_brand_and_product_may_be_given_by_slug(brand, capsys):
    call_command("ask", "Weight of the Galil 8 gen 2?", brand="karmel-audio")
    assert "10.2 kg" in capsys.readouterr().out
