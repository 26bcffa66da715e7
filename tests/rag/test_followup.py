"""Follow-ups over a small library: what they are understood as, in English and Hebrew, and when they stand alone."""

from typing import Any

import pytest

from catalog.models import Brand, Document, Product
from rag.answer import ask, produce
from rag.followup import Resolved, Turn, resolve
from rag.index import index_documents
from rag.models import Answer
from tests.gemini_endpoint import endpoint

from .manuals import add, build

RESET = "How do I restore the factory settings of the Tremor 25?"
WEIGHT = "What is the weight of the Galil 8 Generation 2?"


@pytest.fixture
def library(db):
    return build()


def understood(question: str, *earlier: str, **scope: Any) -> str:
    return resolve(question, [Turn(each) for each in earlier], Resolved(question, "en", **scope)).question


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("and its weight?", "The Tremor 25’s weight?"),
        ("And the weight?", "The weight of the Tremor 25?"),
        ("weight?", "Weight of the Tremor 25?"),
        ("how heavy is it?", "How heavy is the Tremor 25?"),
        ("thanks, and the power?", "The power of the Tremor 25?"),
        ("How many pads does it have?", "How many pads does the Tremor 25 have?"),
        ("How many pads?", "How many pads (Tremor 25)?"),
        ("and for 12 volts?", "For 12 volts (Tremor 25)?"),
        ("why?", f"{RESET} Why?"),
        ("what about the 49?", "How do I restore the factory settings of the Tremor 49?"),
        ("And the Tremor 49?", "How do I restore the factory settings of the Tremor 49?"),
        ("how do I do that on the 49?", "How do I restore the factory settings of the Tremor 49?"),
        ("how heavy is the 49?", "How heavy is the Tremor 49?"),
        ("How does it compare to the Tremor 49?", "How does the Tremor 25 compare to the Tremor 49?"),
        ("Is the Tremor 49 heavier?", "Is the Tremor 49 heavier than the Tremor 25?"),
        ("does it run on 12 volts?", "Does the Tremor 25 run on 12 volts?"),
        ("What happens when I hold it for 5 seconds?", "What happens when I hold the Tremor 25 for 5 seconds?"),
        ("ומה המשקל שלו?", "מה המשקל של Tremor 25?"),
        ("כמה הוא שוקל?", "כמה Tremor 25 שוקל?"),
        ("יש לו בלוטות'?", "יש ל-Tremor 25 בלוטות'?"),
        ("איך מחברים אותו למחשב?", "איך מחברים את Tremor 25 למחשב?"),
        ("וכמה פדים?", "כמה פדים (Tremor 25)?"),
        ("מה עם ה-49?", "How do I restore the factory settings of the Tremor 49?"),
        ("וה-49?", "How do I restore the factory settings of the Tremor 49?"),
        ("is it the same on the Tremor 49?", "How do I restore the factory settings of the Tremor 49?"),
        ("same for the 49", "How do I restore the factory settings of the Tremor 49?"),
        ("and the Tremor 49's?", "How do I restore the factory settings of the Tremor 49?"),
        ("vs the Tremor 49?", "Tremor 25 vs the Tremor 49?"),
        ("how does this compare to the 49?", "How does the Tremor 25 compare to the Tremor 49?"),
        ("what about MIDI?", "MIDI of the Tremor 25?"),
        ("Which is the button that lights?", "Which is the button that lights (Tremor 25)?"),
        ("thank you", "thank you"),
        ("ובדגם 49?", "How do I restore the factory settings of the Tremor 49?"),
        ("כמה זה עולה?", "כמה Tremor 25 עולה?"),
        ("מה ההבדל בינו לבין Tremor 49?", "מה ההבדל בין Tremor 25 לבין Tremor 49?"),
        ("How much does the Galil 8 Generation 1 weigh?", "How much does the Galil 8 Generation 1 weigh?"),
    ],
)
def test_a_follow_up_is_completed_from_the_question_before(library, question, meant):
    assert understood(question, RESET) == meant


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("and generation 1?", "What is the weight of the Galil 8 generation 1?"),
        ("what about the 5?", "What is the weight of the Galil 5 Generation 2?"),
        ("מה לגבי דור 1?", "What is the weight of the Galil 8 Generation 1?"),
        ("Which fuse does it need?", "Which fuse does the Galil 8 Generation 2 need?"),
    ],
)
def test_another_generation_or_size_takes_the_place_of_the_one_before(library, question, meant):
    assert understood(question, WEIGHT) == meant


@pytest.mark.parametrize(
    "question", ["How many IR slots does the GT-1000 have?", "What is the weight of the Yamaha HS8?"]
)
def test_a_question_about_anothers_model_stands_for_itself(library, question):
    assert understood(question, RESET) == question


def test_a_socket_or_program_beside_a_model_is_not_what_is_spoken_of(library):
    add(library, "https://karmel.test/usb", "USB Drivers", ["# USB Drivers\nFor Windows."])
    index_documents([Document.objects.get(title="USB Drivers").pk])
    assert understood("and its weight?", "Does the Tremor 25 work over USB?") == "The Tremor 25’s weight?"


def test_two_compared_products_stay_two(library):
    assert understood("which is heavier?", "Compare the Tremor 25 and the Tremor 49") == (
        "Which is heavier (Tremor 25 vs Tremor 49)?"
    )


def test_a_chain_of_follow_ups_keeps_its_product(library):
    second = understood("what about the 49?", RESET)
    assert understood("and its weight?", RESET, second) == "The Tremor 49’s weight?"
    assert understood("and the power?", RESET, second, "Thank you") == "The power of the Tremor 49?"


@pytest.mark.parametrize(
    ("question", "language"), [("and in Hebrew?", "he"), ("ובאנגלית?", "en"), ("בעברית בבקשה", "he")]
)
def test_another_language_asks_the_same_again(library, question, language):
    resolved = resolve(question, [Turn(RESET)], Resolved(question, "en"))
    assert (resolved.question, resolved.language) == (RESET, language)


def test_the_first_question_stands_for_itself(library):
    assert understood("and its weight?") == "and its weight?"


def test_what_only_the_answer_named_is_spoken_of_too(library):
    turns = [Turn("How do I set the clock to external?", source_name="Tremor 25")]
    assert resolve("and its weight?", turns, Resolved("x", "en")).question == "The Tremor 25’s weight?"


class TestScope:
    @pytest.fixture
    def tremor(self, library) -> Product:
        return Product.objects.get(name="Tremor 49")

    def test_it_stays_while_nothing_else_is_named(self, tremor):
        first = ask("How do I set the clock?", product=tremor)
        second = ask("and its weight?", product=tremor, conversation=first.conversation)
        assert (second.product, second.asked) == (tremor, "The Tremor 49’s weight?")

    def test_it_moves_to_the_product_that_is_named(self, tremor):
        other = Product.objects.create(
            brand=tremor.brand, name="Tremor 25", slug="t25", page_url="https://k.test/25", model_key="tremor25"
        )
        first = ask("How do I set the clock of the Tremor 49?", product=tremor)
        second = ask("and the 25?", product=tremor, conversation=first.conversation)
        assert (second.product, second.asked) == (other, "How do I set the clock of the Tremor 25?")

    def test_it_gives_way_to_one_that_has_no_record(self, tremor):
        first = ask("How heavy is it?", product=tremor)
        second = ask("What is the weight of the Galil 5?", product=tremor, conversation=first.conversation)
        assert (second.product, second.brand) == (None, tremor.brand)

    def test_another_brand_takes_its_place(self, tremor):
        first = ask("How do I set the clock of the Tremor 49?", product=tremor)
        second = ask("and Arava?", product=tremor, conversation=first.conversation)
        assert (second.product, second.brand) == (None, Brand.objects.get(name="Arava"))


def answered(question: str, first: Answer | None = None, **more: Any) -> Answer:
    answer = ask(question, conversation=first.conversation if first else None, **more)
    produce(answer)
    return answer


def test_the_completed_question_is_answered(library):
    first = answered(RESET)
    weight = answered("and its weight?", first)
    other = answered("and the 49?", weight)
    assert "1.2 kg" in weight.text
    assert "3.4 kg" in other.text
    assert other.question == "and the 49?"


def test_in_hebrew_too(library):
    first = answered("איך מחזירים Tremor 25 להגדרות יצרן?")
    assert "1.2 kg" in answered("ומה המשקל שלו?", first).text
    assert "3.4 kg" in answered("ושל ה-49?", answered("ומה המשקל שלו?", first)).text


def test_a_question_meant_literally_is_not_completed(library):
    first = answered(RESET)
    assert ask("and its weight?", conversation=first.conversation, literal=True).asked == ""


@pytest.fixture
def model(settings):
    with endpoint() as running:
        settings.LLM, settings.GEMINI_API_KEY, settings.LLM_TIMEOUT = "gemini", "secret-key", 60.0
        settings.LLM_URL = running.url
        yield running


class TestWithModel:
    def test_what_no_rule_is_sure_of_is_completed_by_the_model(self, library, model):
        first = answered(RESET)
        model.answer = "How many pads has the Tremor 25?"
        second = answered("How many pads?", first)
        assert second.asked == "How many pads has the Tremor 25?"
        sent = model.requests[1]["body"]["contents"][0]["parts"][0]["text"]
        assert RESET in sent

    def test_a_sure_rule_needs_no_model(self, library, model):
        first = answered(RESET)
        answered("and its weight?", first)
        assert len(model.requests) == 2

    @pytest.mark.parametrize("said", ["How many pads has the Galil 8?", "Sure!\nHow many pads?", ""])
    def test_an_invented_model_or_babble_is_not_taken(self, library, model, said):
        first = answered(RESET)
        model.answer = said
        assert answered("How many pads?", first).asked == "How many pads (Tremor 25)?"

    def test_a_model_that_fails_leaves_the_rules_wording(self, library, model):
        first = answered(RESET)
        model.mode = "failing"
        second = answered("How many pads?", first)
        assert second.asked == "How many pads (Tremor 25)?"
        assert second.text
