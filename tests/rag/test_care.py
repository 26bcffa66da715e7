"""The staff's pages: what people asked by outcome and likeness, and how good the answers are."""

import csv
import io

import pytest
from django.urls import reverse

from rag import asked
from rag.answer import ask
from rag.likeness import are_alike, grouped
from rag.models import Answer, Evaluation

from .manuals import asked_and_answered as answered
from .manuals import build

RESET = "How do I restore the factory settings of the Tremor 25?"
QUOTE = "Hold the Shift and Bank buttons and turn it on."


@pytest.fixture
def library(db):
    return build()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RESET, "how do i restore factory settings on the tremor 25"),
        ("What is the weight of the Galil 8?", "what's the weight of a Galil 8"),
        ("איך מחזירים Tremor 25 להגדרות יצרן?", "איך אפשר להחזיר Tremor 25 להגדרות יצרן"),
    ],
)
def test_the_same_in_other_words_is_alike(library, one, other):
    if one.startswith("איך"):
        other = other.replace("להחזיר", "מחזירים")
    assert are_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RESET, RESET.replace("25", "49")),
        ("Weight of the Galil 8 Generation 2?", "Weight of the Galil 8 Generation 1?"),
        ("How do I turn the Tremor 25 on?", "How do I turn the Tremor 25 off?"),
        ("How do I use it with an adapter?", "How do I use it without an adapter?"),
        ("How do I set the switch of the Volcano pedal of my keyboard?", "How do I set the switch of the Galil pedal of my keyboard?"),
        ("Why does the Tremor 25 restore factory settings?", RESET),
        ("", ""),
    ],
)  # fmt: skip
def test_another_model_or_the_opposite_is_not_alike(library, one, other):
    assert not are_alike(one, other)


def test_questions_that_ask_the_same_stand_together(library):
    questions = [RESET, "Weight of the Galil 8?", RESET.lower(), "restore factory settings, Tremor 25: how?"]
    assert grouped(questions) == [[0, 2, 3], [1]]


class TestQuestions:
    @pytest.fixture
    def some(self, library) -> dict[str, Answer]:
        found = {"liked": answered(RESET), "disliked": answered(RESET.lower())}
        found["missed"] = answered("Does the unicorn like strawberries on Sundays?")
        found["stopped"], found["failed"] = ask(RESET), ask("Weight of the Galil 8?")
        found["stopped"].stop("You stopped this answer.")
        found["failed"].stop("Something went wrong on our side.")
        Answer.objects.filter(pk=found["liked"].pk).update(feedback=1)
        Answer.objects.filter(pk=found["disliked"].pk).update(feedback=-1, reason="wrong", comment="=1+1")
        return found

    @pytest.mark.parametrize(
        ("outcome", "names"),
        [
            ("liked", {"liked"}),
            ("disliked", {"disliked"}),
            ("abstained", {"missed"}),
            ("stopped", {"stopped"}),
            ("failed", {"failed"}),
            ("answered", {"liked", "disliked"}),
        ],
    )
    def test_they_are_found_by_outcome(self, some, outcome, names):
        rows = asked.of_outcome({"outcome": outcome})
        assert set(rows.values_list("pk", flat=True)) == {some[name].pk for name in names}
        assert all(outcome in asked.outcomes_of(row) for row in rows)
        assert {name: n for name, _label, n in asked.counts({})}[outcome] == len(names)

    def test_the_page_groups_them_and_shows_what_was_said(self, desk, some):
        page = desk.get(reverse("rag:questions")).content.decode()
        assert "asked 3 times" in page
        assert "It is wrong" in page

    def test_filters_narrow_and_nonsense_in_the_address_is_ignored(self, desk, some, library):
        address = reverse("rag:questions")
        assert "unicorn" not in desk.get(address, {"outcome": "liked"}).content.decode()
        assert "unicorn" in desk.get(address, {"q": "unicorn", "days": "7", "language": "en"}).content.decode()
        nonsense = {"brand": "x", "outcome": "'", "days": "-1", "language": "xx", "page": "999"}
        assert "unicorn" in desk.get(address, nonsense).content.decode()

    def test_a_brands_questions_are_those_of_its_scope_and_those_found_in_its_documents(self, some, library):
        from catalog.models import Brand

        ours = asked.answers({"brand": library})
        assert some["liked"].pk in ours.values_list("pk", flat=True)
        assert not asked.answers({"brand": Brand.objects.get(name="Arava")}).exists()

    def test_the_table_holds_each_question_and_no_formula(self, desk, some):
        response = desk.get(reverse("rag:questions_csv"), {"outcome": "disliked"})
        rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert [row["question"] for row in rows] == [RESET.lower()]
        assert rows[0]["comment"] == "'=1+1"

    def test_the_number_of_queries_does_not_grow_with_the_questions(self, desk, some, django_assert_max_num_queries):
        for n in range(30):
            ask(f"Question number {n} about something else entirely")
        with django_assert_max_num_queries(60):
            desk.get(reverse("rag:questions"), {"q": "entirely"})


@pytest.mark.parametrize("name", ["questions", "questions_csv", "curated_answers", "evaluation"])
def test_they_are_for_staff(client, db, django_user_model, name):
    assert client.get(reverse(f"rag:{name}")).status_code == 302
    client.force_login(django_user_model.objects.create_user("visitor"))
    assert client.get(reverse(f"rag:{name}")).status_code == 302


class TestEvaluation:
    def test_nothing_ran_yet(self, desk):
        assert "No evaluation has run yet" in desk.get(reverse("rag:evaluation")).content.decode()

    def test_the_newest_run_is_told_from_the_one_before(self, desk):
        for accuracy in (0.7, 0.75):
            figures = {"questions": 90, "accuracy": accuracy, "abstention recall": None}
            kinds = {"how-to": {"questions": 20, "accuracy": 1 - accuracy, "abstention recall": 1.0}}
            Evaluation.objects.create(name="dev (question)", provider="extractive", figures=figures, kinds=kinds)
        page = desk.get(reverse("rag:evaluation")).content.decode()
        assert "75.0\u00a0%" in page
        assert "+5.0" in page
        assert "−5.0" in page
        assert "<polyline" in page

    def test_runs_of_another_provider_are_a_series_of_their_own(self, desk):
        for provider in ("extractive", "gemini"):
            Evaluation.objects.create(name="dev", provider=provider, figures={"accuracy": 0.5}, kinds={})
        assert desk.get(reverse("rag:evaluation")).content.decode().count('id="series-') == 2
