"""Questions offered beside a manual: drawn from its headings, in the page's language, and answered when they are asked."""

import pytest
from django.urls import reverse

from catalog.models import Document, Product
from rag import next_questions
from rag.answer import ask, produce
from rag.heading_questions import questions_of
from rag.index import index_documents
from rag.models import DocumentQuestions

from .manuals import add, build

GUIDE = [
    "Carmel 61 User Guide",
    "Connecting to a Computer\nUse the USB cable to connect the Carmel 61 to a computer. The computer powers it, and no "
    "adapter is needed while it is connected.\n"
    "Restoring the Factory Settings\n1. Turn the Carmel 61 off.\n2. Hold the Store button and turn it on to restore the "
    "factory settings.\nSetting the Keyboard Curve\nTo set the keyboard curve, open the Global menu and choose Curve. Soft, "
    "Normal and Hard are offered.",
    "Index\nA\nB\nC",
]


@pytest.fixture
def carmel(db) -> Product:
    brand = build()
    product = Product.objects.create(
        brand=brand, name="Carmel 61", slug="carmel-61", page_url="https://karmel.test/61", model_key="carmel61"
    )
    document = add(brand, "file:Carmel_61.pdf", "Carmel 61 - User Guide", GUIDE)
    document.products.add(product)
    index_documents([document.pk])
    return product


@pytest.mark.parametrize(
    ("heading", "language", "question"),
    [
        ("Restoring the Factory Settings", "en", "How do I restore the factory settings of the X9?"),
        ("4.2 Setting the Keyboard Curve", "en", "How do I set the keyboard curve on the X9?"),
        ("Setting Up Your Preferences", "en", "How do I set up your preferences on the X9?"),
        ("ADJUSTING THE MIDI CLOCK", "en", "How do I adjust the MIDI clock on the X9?"),
        ("Restoring the Factory Settings", "he", "איך מחזירים את X9 להגדרות היצרן?"),
        ("FIRMWARE UPDATE", "he", "איך מעדכנים את הקושחה של X9?"),
    ],
)
def test_a_heading_becomes_a_question_as_people_ask(heading, language, question):
    assert questions_of(heading, "X9", language) == [question]


@pytest.mark.parametrize(
    "heading",
    ["Index", "Introduction", "", "©", "Über dieses Handbuch", "Setting", "Control and Data", "A b c d e f g h i"],
)
def test_a_heading_that_asks_nothing_gives_none(heading):
    assert questions_of(heading, "X9", "en") == []


@pytest.mark.parametrize("language", ["en", "he"])
def test_each_one_is_answered_from_its_own_manual(carmel, language):
    offered = next_questions.for_product(carmel, language, make=True)
    assert len(offered) >= 2
    guide = Document.objects.get(title="Carmel 61 - User Guide")
    for question in offered:
        answer = ask(question, product=carmel)
        produce(answer)
        assert not answer.abstained, question
        assert guide.pk in [source["document"] for source in answer.sources], question


def test_they_are_made_once_until_the_document_changes(carmel):
    first = next_questions.for_product(carmel, "en", make=True)
    made = DocumentQuestions.objects.get()
    DocumentQuestions.objects.update(questions={"en": ["kept?"]})
    assert next_questions.for_product(carmel, "en", make=True) == ["kept?"]
    made.document.pages.filter(number=2).update(text="Connecting to a Computer\nUse the USB cable of the Carmel 61.")
    index_documents([made.document_id])
    assert next_questions.for_product(carmel, "en") == [], "what was made of another state is not offered"
    assert next_questions.for_product(carmel, "en", make=True) != first


def test_behind_an_answer_others_are_offered_than_were_asked(client, carmel):
    question = "How do I restore the factory settings of the Carmel 61?"
    answer = ask(question, product=carmel)
    produce(answer)
    page = client.get(reverse("rag:next_questions", args=[answer.pk])).content.decode()
    assert "How do I set the keyboard curve on the Carmel 61?" in page
    assert question not in page
    assert f'name="conversation" value="{answer.conversation_id}"' in page


def test_a_products_page_shows_those_that_were_made_and_asks_for_the_others(client, carmel):
    address = carmel.get_absolute_url()
    assert reverse("rag:product_questions") in client.get(address).content.decode()
    offered = client.get(reverse("rag:product_questions"), {"product": carmel.pk}).content.decode()
    assert "Carmel 61?" in offered
    assert "How do I restore the factory settings of the Carmel 61?" in client.get(address).content.decode()


def test_the_empty_ask_page_offers_some_in_its_language(client, carmel):
    next_questions.for_product(carmel, "he", make=True)
    assert "How do I connect the Carmel 61 to a computer?" in client.get("/ask/").content.decode()
    assert "איך מחברים את Carmel 61 למחשב?" in client.get("/ask/", headers={"Accept-Language": "he"}).content.decode()


@pytest.mark.parametrize("product", ["", "x", "0", "99999999999999"])
def test_an_unknown_product_has_none(client, db, product):
    assert client.get(reverse("rag:product_questions"), {"product": product}).status_code == 404
