"""What is offered before anything is asked: what several people asked, and what staff answered."""

import json
import re

import pytest
from django.core.cache import cache

from catalog.models import Product
from rag.models import Answer, AnswerState, Conversation, CuratedAnswer
from rag.popular import popular_questions

from .manuals import build

OFTEN = "How long is the warranty?"


@pytest.fixture(autouse=True)
def forgotten():
    cache.clear()


def asked(question: str, times: int, **fields) -> None:
    given = {"state": AnswerState.DONE, "language": "en"} | fields
    for _ in range(times):
        Answer.objects.create(conversation=Conversation.objects.create(), question=question, **given)


def test_what_several_people_asked_is_offered_the_most_asked_first(db):
    asked("Where is it repaired?", 3)
    asked(OFTEN, 3)
    asked(OFTEN.upper(), 1)
    assert popular_questions("en") == [OFTEN, "Where is it repaired?"]


def test_what_one_person_asked_however_often_is_not(db):
    conversation = Conversation.objects.create()
    for _ in range(9):
        Answer.objects.create(
            conversation=conversation, question="My receipt 4711?", state=AnswerState.DONE, language="en"
        )
    assert popular_questions("en") == []


@pytest.mark.parametrize(
    "fields", [{"abstained": True}, {"feedback": -1}, {"language": "he"}, {"state": AnswerState.STOPPED}]
)
def test_what_found_no_good_answer_or_is_in_another_language_is_not(db, fields):
    asked(OFTEN, 5, **fields)
    assert popular_questions("en") == []


def test_the_home_page_offers_them_and_answers_of_staff(client, db):
    build()
    asked(OFTEN, 3)
    CuratedAnswer.objects.create(question="Where is it repaired?", answer="With us <in> Holon.", language="en")
    html = client.get("/en/").text
    assert f'name="question" value="{OFTEN}"' in html
    assert "With us &lt;in&gt; Holon." in html
    data = [json.loads(text) for text in re.findall(r'ld\+json">(.+?)</script>', html)]
    faq = next(one for one in data if one["@type"] == "FAQPage")
    assert faq["mainEntity"][0]["acceptedAnswer"]["text"] == "With us <in> Holon."
    assert "Holon" not in client.get("/he/").text


@pytest.mark.parametrize("fields", [{"active": False}, {"needs_review": True}])
def test_an_answer_that_staff_took_back_or_must_look_at_is_not_shown(client, db, fields):
    CuratedAnswer.objects.create(question="Where?", answer="In Holon.", language="en", **fields)
    assert "Holon" not in client.get("/en/").text


def test_a_product_shows_the_answers_about_it_alone(client, db):
    brand = build()
    product = Product.objects.filter(brand=brand).first() or Product.objects.create(
        brand=brand, name="Tremor 25", slug="tremor-25", page_url="https://karmel.test/t"
    )
    CuratedAnswer.objects.create(question="General?", answer="For everything.", language="en")
    CuratedAnswer.objects.create(question="Special?", answer="For this one.", language="en", product=product)
    html = client.get("/en" + product.get_absolute_url()).text
    assert "For this one." in html and "For everything." not in html
