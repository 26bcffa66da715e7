"""Answers by staff: to which questions they are given, what they must cite, and what a changed document does to them."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.models import Document, DocumentPage, Product
from catalog.signals import documents_changed
from rag import curating, review
from rag.curating import CuratingRefused
from rag.models import AnswerState, CuratedAnswer

from .manuals import asked_and_answered as answered
from .manuals import build

RESET = "How do I restore the factory settings of the Tremor 25?"
QUOTE = "Hold the Shift and Bank buttons and turn it on."


@pytest.fixture
def library(db):
    return build()


class TestCurated:
    def write(self, guide: Document, by, question: str = RESET, **more: Any) -> CuratedAnswer:
        curated = curating.draft(question=question, by=by)
        curating.add_source(curated, document=guide, page=2, quote=QUOTE, by=by)
        fields = {"question": question, "answer": "Hold Shift and Bank. [1]", "language": "en", "product": None}
        curating.change(curated, by=by, active=True, **(fields | more))
        return curated

    def test_it_is_given_for_its_question_and_for_alike_ones(self, guide, staff):
        self.write(guide, staff)
        for question in (RESET, RESET.upper(), "how do i restore factory settings on the tremor 25"):
            answer = answered(question)
            assert (answer.provider, answer.text) == ("curated", "Hold Shift and Bank. [1]"), question
        assert answer.sources[0]["quotes"] == [QUOTE]
        assert (answer.sources[0]["page"], answer.sources[0]["paged"]) == (2, True)

    def test_it_is_given_to_a_follow_up_that_means_its_question(self, guide, staff):
        self.write(guide, staff)
        first = answered("How do I restore the factory settings of the Tremor 49?")
        assert answered("and the 25?", conversation=first.conversation).provider == "curated"

    def test_it_is_never_given_for_another_model(self, guide, staff):
        self.write(guide, staff)
        assert answered(RESET.replace("25", "49")).provider == "extractive"

    def test_one_of_a_product_is_not_given_for_another(self, guide, staff, library):
        tremor = Product.objects.get()
        other = Product.objects.create(brand=library, name="Galil 8", slug="g8", page_url="https://k.test/8")
        self.write(guide, staff, "How do I reset it to factory settings?", product=tremor)
        assert answered("How do I reset it to factory settings?", product=tremor).provider == "curated"
        assert answered("How do I reset it to factory settings?", product=other).provider == "extractive"
        assert answered("How do I reset it to factory settings?").provider == "extractive"

    def test_a_draft_begins_with_what_was_answered_and_is_not_given_yet(self, desk, guide):
        given = answered(RESET)
        response = desk.post(reverse("rag:new_curated"), {"answer": given.pk})
        curated = CuratedAnswer.objects.get()
        assert response.headers["Location"] == reverse("rag:curated", args=[curated.pk])
        assert (curated.question, curated.answer, curated.active) == (RESET, given.text, False)
        assert curated.sources.count() == len(given.sources)
        assert review.doubts(curated) == []
        assert answered(RESET).provider == "extractive"

    def test_passages_are_searched_and_added_on_its_page(self, desk, guide):
        desk.post(reverse("rag:new_curated"), {"question": "How do I reset a Tremor 25?"})
        curated = CuratedAnswer.objects.get()
        address = reverse("rag:curated", args=[curated.pk])
        page = desk.get(address, {"find": "restoring factory settings tremor 25"}).content.decode()
        assert QUOTE in page
        chosen = {"document": guide.pk, "page": 2, "quote": QUOTE}
        assert desk.post(reverse("rag:curated_source", args=[curated.pk]), chosen).status_code == 302
        fields = {"question": curated.question, "answer": "Shift and Bank. [1]", "language": "en", "active": "on"}
        assert desk.post(address, fields).status_code == 302
        assert answered("How do I reset a Tremor 25?").text == "Shift and Bank. [1]"

    def test_words_that_the_page_does_not_have_are_refused_and_kept(self, desk, guide, staff):
        curated = curating.draft(question=RESET, by=staff)
        chosen = {"document": guide.pk, "page": 2, "quote": "Hold the Shift and Play buttons."}
        response = desk.post(reverse("rag:curated_source", args=[curated.pk]), chosen)
        assert response.status_code == 422
        assert "Hold the Shift and Play buttons." in response.content.decode()
        assert "do not stand on that page" in response.content.decode()

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"answer": "See [7]."}, "there is no such source"),
            ({"answer": ""}, "This field is required."),
            ({"product_name": "Nothing of ours"}, "Copy the name from the product"),
        ],
    )
    def test_what_cannot_be_checked_is_refused_and_nothing_is_lost(self, desk, guide, staff, fields, told):
        curated = self.write(guide, staff)
        given = {
            "question": "My question?",
            "answer": "Typed at length. [1]",
            "language": "en",
            "active": "on",
        } | fields
        response = desk.post(reverse("rag:curated", args=[curated.pk]), given)
        page = response.content.decode()
        assert response.status_code == 422
        assert told in page
        assert "My question?" in page
        curated.refresh_from_db()
        assert curated.question == RESET

    def test_without_a_source_it_cannot_be_switched_on(self, staff, library):
        curated = curating.draft(question=RESET, by=staff)
        with pytest.raises(CuratingRefused, match="cannot be checked"):
            curating.change(curated, by=staff, active=True, question=RESET, answer="So.", language="en", product=None)

    def test_taking_a_source_away_moves_the_citations_up(self, guide, staff):
        curated = self.write(guide, staff)
        second = curating.add_source(curated, document=guide, page=5, quote="Weight 1.2 kg", by=staff)
        curating.change(
            curated, by=staff, active=True, question=RESET, answer="Hold it [1], it weighs 1.2 kg [1, 2].", language="en", product=None
        )  # fmt: skip
        curating.remove_source(curated.sources.earliest("pk"), by=staff)
        curated.refresh_from_db()
        assert curated.answer == "Hold it, it weighs 1.2 kg [1]."
        assert list(curated.sources.all()) == [second]

    def test_its_history_says_who_did_what(self, desk, guide, staff):
        curated = self.write(guide, staff)
        page = desk.get(reverse("rag:curated", args=[curated.pk])).content.decode()
        assert page.count("<bdi>dana</bdi>") >= 3
        assert [change.action for change in curated.changes.all()][-1] == "written"

    def test_the_admin_shows_it_and_leads_to_the_editor_that_keeps_the_history(self, admin_client, guide, staff):
        curated = self.write(guide, staff)
        address = reverse("admin:rag_curatedanswer_change", args=[curated.pk])
        assert reverse("rag:curated", args=[curated.pk]) in admin_client.get(address).content.decode()
        assert (
            admin_client.post(address, {"question": RESET, "answer": "Kick it.", "language": "en"}).status_code == 403
        )
        assert admin_client.get(reverse("admin:rag_curatedanswer_add")).status_code == 403
        curated.refresh_from_db()
        assert curated.answer == "Hold Shift and Bank. [1]"


class TestChangedDocuments:
    @pytest.fixture
    def curated(self, guide, staff) -> CuratedAnswer:
        return TestCurated().write(guide, staff)

    def change(self, guide: Document, text: str) -> None:
        DocumentPage.objects.filter(document=guide, number=2).update(text=text)
        documents_changed.send(sender=None, document_ids=[guide.pk])

    def test_a_passage_that_changed_takes_the_answer_back_until_staff_looked(self, desk, curated, guide, staff):
        self.change(guide, "Restoring the Factory Settings\nHold Play and turn the Tremor 25 on.")
        curated.refresh_from_db()
        assert curated.needs_review
        assert "no longer stands on page 2" in curated.review_reason
        assert answered(RESET).provider == "extractive"
        assert "Needs review" in desk.get(reverse("rag:curated_answers")).content.decode()
        address = reverse("rag:approve_curated", args=[curated.pk])
        assert "Choose the passage anew" in desk.post(address, follow=True).content.decode()
        curating.add_source(curated, document=guide, page=2, quote="Hold Play and turn the Tremor 25 on.", by=staff)
        curating.remove_source(curated.sources.earliest("pk"), by=staff)
        assert desk.post(address, follow=True).status_code == 200
        assert answered(RESET).provider == "curated"

    def test_a_change_elsewhere_in_the_document_leaves_it_and_notes_the_check(self, curated, guide):
        self.change(guide, f"New heading\n{QUOTE}\nMore was added.")
        curated.refresh_from_db()
        assert not curated.needs_review
        assert curated.checked_at is not None
        assert answered(RESET).provider == "curated"

    @pytest.mark.parametrize("how", ["gone", "deleted", "hidden"])
    def test_a_document_that_vanished_takes_it_back_even_unannounced(self, curated, guide, how):
        if how == "deleted":
            guide.delete()
        elif how == "gone":
            Document.objects.filter(pk=guide.pk).update(gone_since=timezone.now())
        else:
            Document.objects.filter(pk=guide.pk).update(hidden=True)
        assert answered(RESET).provider == "extractive"
        assert [row.pk for row in review.curated_to_review()] == [curated.pk]

    def test_a_given_answer_says_that_its_passage_is_gone(self, client, desk, guide):
        answer = answered(RESET)
        assert review.lost_sources(answer) == []
        Document.objects.filter(pk=guide.pk).update(changed_at=timezone.now())
        assert review.lost_sources(answer) == [], "the passage still stands"
        DocumentPage.objects.filter(document=guide, number=2).update(text="Something else.")
        assert review.lost_sources(answer) == [1]
        assert "No longer as it was cited" in client.get(answer.get_absolute_url()).content.decode()
        assert [each.pk for each, _numbers in review.answers_to_review()] == [answer.pk]
        assert RESET in desk.get(reverse("rag:curated_answers")).content.decode()


def test_an_answer_is_done_when_a_curated_one_is_given(library, staff, guide):
    TestCurated().write(guide, staff)
    assert answered(RESET).state == AnswerState.DONE
