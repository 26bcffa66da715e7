"""What comes before an answer, whoever writes it: dangers by rule, and what is discontinued."""

import pytest

from catalog.models import Document, Lifecycle, Product
from rag.advice import dangers
from rag.answer import answer_now
from rag.models import CuratedAnswer
from rag.rendering import answer_html
from tests.gemini_endpoint import endpoint

from .manuals import build

MAINS, VALVES, BATTERY, HEARING = "mains voltage", "valve amplifiers", "swollen", "hearing"


@pytest.mark.parametrize(
    ("question", "danger"),
    [
        ("How do I change the fuse of the Galil 8?", MAINS),
        ("Can I open up my amplifier to clean it?", MAINS),
        ("My speaker smells like something burning", MAINS),
        ("How do I replace the tubes in my head?", VALVES),
        ("How is the bias of this amp adjusted?", VALVES),
        ("The battery is swollen, what now?", BATTERY),
        ("How loud can I turn the headphones?", HEARING),
        ("Can this cause hearing damage?", HEARING),
        ("איך מחליפים פיוז במגבר?", MAINS),
        ("יוצא עשן מהרמקול", MAINS),
        ("איך מחליפים את המנורות במגבר?", VALVES),
        ("הסוללה התנפחה, מה עושים?", BATTERY),
        ("האוזניות חזקות מדי, זה בטוח?", HEARING),
    ],
)
def test_a_dangerous_question_is_warned_of_its_danger(question, danger):
    assert any(danger in line for line in dangers(question, []))


@pytest.mark.parametrize(
    "question",
    [
        "How do I reset the Tremor 25?",
        "Which power adapter does it need?",
        "What is the weight of the Galil 8?",
        "How do I open the Global Menu?",
        "How do I change the breath sensitivity of the valve trumpet patch?",
        "How many batteries does it need?",
        "Can I use headphones with it?",
        "איך מחברים אוזניות?",
        "כמה סוללות צריך?",
    ],
)
def test_an_everyday_question_is_not(question):
    assert dangers(question, []) == []


def test_a_cited_sentence_warns_too():
    cited = [{"quotes": ["Risk of electric shock: do not remove the cover."]}]
    assert MAINS in dangers("How do I clean it?", cited)[0]


def test_the_warning_comes_first_and_hands_over_to_a_technician(db):
    build()
    answer = answer_now("Which fuse does the Galil 8 gen 2 need?")
    assert "T2A L 250 V" in answer.text
    assert "qualified technician" in answer.advice
    html = answer_html(answer)
    assert html.index("qualified technician") < html.index("T2A")


def test_a_model_that_forgets_the_warning_has_it_all_the_same(db, settings):
    build()
    with endpoint() as model:
        settings.LLM, settings.GEMINI_API_KEY, settings.LLM_URL = "gemini", "secret-key", model.url
        model.answer = "The fuse is T2A L 250 V [1]."
        answer = answer_now("Which fuse does the Galil 8 gen 2 need?")
    assert answer.provider == "gemini"
    assert "qualified technician" in answer.advice


def test_an_answer_of_the_staff_has_it_too(db):
    CuratedAnswer.objects.create(question="How do I change the fuse?", answer="Bring it to us.")
    assert "qualified technician" in answer_now("How do I change the fuse?").advice


def test_a_discontinued_product_is_said_to_be_with_its_successor(db):
    build()
    product = Product.objects.get(slug="tremor-49")
    Product.objects.filter(pk=product.pk).update(lifecycle=Lifecycle.DISCONTINUED, successor_name="Tremor 49 mk2")
    told = "Tremor 49 has been discontinued; the brand names Tremor 49 mk2 as its successor."
    assert told in answer_now("How much does the Tremor 49 weigh?").advice.splitlines()
    assert told in answer_now("How much does it weigh?", product=Product.objects.get(pk=product.pk)).advice.splitlines()


def test_another_products_answer_says_nothing_of_it(db):
    build()
    Product.objects.update(lifecycle=Lifecycle.DISCONTINUED)
    Document.objects.get(title="Tremor 25 - User Guide").products.set(
        [
            Product.objects.create(
                brand=Product.objects.get().brand, name="Tremor 25", slug="t25", page_url="https://k/25"
            )
        ]
    )
    assert answer_now("How much does the Tremor 25 weigh?").advice == ""
