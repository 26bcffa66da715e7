"""Claims of a model against the sources that they cite."""

import pytest

from rag.claims import claims, details, measures
from rag.passage import Passage
from rag.verification import Verifier

STEPS = (
    "1. Turn the Tremor 25 off.\n2. Hold the Shift and Bank buttons and turn it on.\n"
    "3. Release the buttons when the display reads INIT. All of your own programs are erased."
)
TABLE = "Technical Specifications\nWeight (kg): 1.2\nPower output 1,200 W\nKeys 25 velocity-sensitive keys"


def passage(text: str, title: str = "Tremor 25 - User Guide") -> Passage:
    return Passage(
        chunk_id=1, document_id=1, document_title=title, url="file:a.pdf", doc_name="a.pdf", kind="manual",
        mime_type="application/pdf", brand_id=1, brand_name="Karmel Audio", brand_slug="karmel-audio", product_names=(),
        page=1, last_page=1, heading="", text=text, language="en",
    )  # fmt: skip


@pytest.fixture
def verifier(db) -> Verifier:
    from rag.models import SearchSynonym
    from rag.synonyms import seed

    seed(SearchSynonym)
    return Verifier([passage(STEPS), passage(TABLE)])


@pytest.mark.parametrize(
    "said",
    [
        "Hold the Shift and Bank buttons and turn it on [1].",
        "The Tremor 25 weighs 1.2 kg [2].",
        "Its power output is 1200 watts [2].",
        "1. Turn the Tremor 25 off [1].\n2. Hold **Shift** and **Bank** [1].",
        "Follow these steps:\n- Hold Shift and Bank. Turn it on [1].",
        "It weighs 1.2 kg, and all programs are erased after INIT [1][2].",
        "המשקל הוא 1.2 ק\"ג [2].",
        "לחצו על Shift ועל Bank [1].",
        "| Weight | 1.2 kg [2] |",
    ],
)  # fmt: skip
def test_what_stands_in_its_source_stays_as_it_was_said(verifier, said):
    assert verifier.whole(said).text == said
    assert verifier.whole(said).unconfirmed == 0


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("The Tremor 25 weighs 1.3 kg [2].", "The Tremor 25 weighs 1.3 kg [?]."),
        ("It weighs 1.2 lb [2].", "It weighs 1.2 lb [?]."),
        ("The Tremor 49 weighs 1.2 kg [2].", "The Tremor 49 weighs 1.2 kg [?]."),
        ("The MX-25 weighs 1.2 kg [2].", "The MX-25 weighs 1.2 kg [?]."),
        ("Hold **Shift** and **Play** [1].", "Hold **Shift** and **Play** [?]."),
        ("Then hold Shift and Play [1].", "Then hold Shift and Play [?]."),
        ("לחצו על Shift ועל Play [1].", "לחצו על Shift ועל Play [?]."),
        ('המשקל הוא 2 ק"ג [2].', 'המשקל הוא 2 ק"ג [?].'),
        ("Get it at http://evil.example/ now [1].", "Get it at http://evil.example/ now [?]."),
        ("You should polish the wooden lacquer weekly [1].", "You should polish the wooden lacquer weekly [?]."),
        ("It can be washed with hot soapy water.", "It can be washed with hot soapy water [?]."),
        ("| Weight | 1.2 kg [2] | 9 kg [2] |", "| Weight | 1.2 kg | 9 kg [?] |"),
    ],
)
def test_what_does_not_is_marked_and_loses_its_citation(verifier, said, shown):
    assert verifier.whole(said).text == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("The Tremor 25 weighs 1.2 kg [1].", "The Tremor 25 weighs 1.2 kg [2]."),
        ("The Tremor 25 weighs 1.2 kg [9].", "The Tremor 25 weighs 1.2 kg [2]."),
        ("The Tremor 25 weighs 1.2 kg [1][2].", "The Tremor 25 weighs 1.2 kg [2]."),
        ("The Tremor 25 weighs 1.2 kg.", "The Tremor 25 weighs 1.2 kg [2]."),
        ("Yes [1].", "Yes."),
        ("The weight is 1.2 kg [2", "The weight is 1.2 kg [2]"),
    ],
)
def test_a_wrong_citation_gives_way_to_the_right_one(verifier, said, shown):
    assert verifier.whole(said).text == shown


def test_the_sentence_that_carries_a_claim_is_kept_with_its_source(verifier):
    verified = verifier.whole("Release them when INIT is displayed [1]. It weighs 1.2 kg [2].")
    assert verified.quotes == {1: ["3. Release the buttons when the display reads INIT."], 2: ["Weight (kg): 1.2"]}


def test_while_it_grows_no_citation_is_shown_before_it_is_checked(verifier):
    assert verifier.so_far("It weighs 1.3 kg [2]. Hold the Shift bu") == "It weighs 1.3 kg [?]. Hold the Shift bu"
    assert verifier.so_far("It weighs 1.2 kg [") == "It weighs 1.2 kg"
    assert verifier.so_far("It weighs 1.2 kg [2]") == "It weighs 1.2 kg"
    assert verifier.so_far("It weighs 1.2 kg [2].") == "It weighs 1.2 kg [2]."


def test_growing_text_never_loses_or_doubles_a_word(verifier):
    said = "1. Turn the Tremor 25 off [1].\n2. Hold Shift and Play for e.g. 9 seconds [1]. Yes. It is 1.2 kg [2]"
    bare = said.replace("[1]", "").replace("[2]", "").replace(".", " ").split()
    for end in range(len(said) + 1):
        shown = verifier.so_far(said[:end])
        for mark in ("[1]", "[2]", "[?]"):
            shown = shown.replace(mark, "")
        whole = shown.replace(".", " ").split()
        assert whole[:-1] == bare[: max(0, len(whole) - 1)]


def test_numbers_are_the_same_however_they_are_written():
    assert measures("1,200 W") == measures("1200 watts") == measures("1200W")
    assert measures("4.50 kg") == measures('4,5 ק"ג')
    assert measures("eight hours") == measures("8 h")
    assert measures("1.2 kg") != measures("1.2 lb")


def test_a_number_of_a_step_is_no_detail():
    claim = next(claims("3. Press Play [1]."))
    assert (claim.lead, claim.text, claim.cited) == ("3. ", "Press Play", (1,))
    assert not details(claim.text).measures
