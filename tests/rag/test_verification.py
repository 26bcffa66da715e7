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


FACTS = (
    "The Tremor 25 does not support Bluetooth MIDI. It runs on batteries for up to 8 hours.\n"
    "A power adapter is not included. The sustain pedal is included in the box.\n"
    "If the keyboard does not turn on, connect it to another USB port.\n"
    "Press the Power button to turn the backlight off. No driver is required on a Mac.\n"
    "The filter lowers the level of high frequencies."
)


@pytest.fixture
def facts(verifier) -> Verifier:
    return Verifier([passage(FACTS)])


@pytest.mark.parametrize(
    "said",
    [
        "The Tremor 25 supports Bluetooth MIDI [1].",
        "It runs on batteries for at least 8 hours [1].",
        "A power adapter is included [1].",
        "The sustain pedal is not included in the box [1].",
        "The sustain pedal is sold separately, not in the box [1].",
        "Press the Power button to turn the backlight on [1].",
        "A driver is required on a Mac [1].",
        "The filter raises the level of high frequencies [1].",
        "ה-Tremor 25 תומך ב-Bluetooth MIDI [1].",
    ],
)
def test_a_sentence_that_turns_the_sense_of_its_source_round_is_marked(facts, said):
    assert facts.whole(said).text.endswith("[?].")


@pytest.mark.parametrize(
    "said",
    [
        "The Tremor 25 does not support Bluetooth MIDI [1].",
        "The Tremor 25 doesn't support Bluetooth MIDI [1].",
        "There is no Bluetooth MIDI support [1].",
        "It runs on batteries for up to 8 hours [1].",
        "It comes without a power adapter [1].",
        "The sustain pedal is included in the box [1].",
        "Connect the keyboard to another USB port if it does not turn on [1].",
        "Connect the keyboard to another USB port [1].",
        "A driver is not required on a Mac [1].",
        "ה-Tremor 25 אינו תומך ב-Bluetooth MIDI [1].",
    ],
)
def test_a_sentence_that_keeps_the_sense_in_other_words_stays(facts, said):
    assert facts.whole(said).text == said


@pytest.fixture
def compared(verifier) -> Verifier:
    light, heavy = "Specifications\nWeight: 1.2 kg\nKeys: 25", "Specifications\nWeight: 3.4 kg\nKeys: 49"
    return Verifier([passage(light, "Tremor T25 - User Guide"), passage(heavy, "Tremor T49 - User Guide")])


@pytest.mark.parametrize(
    "said",
    [
        "The T25 weighs 1.2 kg, while the T49 weighs 3.4 kg [1][2].",
        "The T25 weighs 1.2 kg [1]. The T49 weighs 3.4 kg [2].",
        "|  | T25 | T49 |\n| --- | --- | --- |\n| Weight | 1.2 kg [1] | 3.4 kg [2] |",
    ],
)
def test_each_product_keeps_its_own_values(compared, said):
    assert compared.whole(said).text == said


@pytest.mark.parametrize(
    "said",
    [
        "The T25 weighs 3.4 kg, while the T49 weighs 1.2 kg [1][2].",
        "The T25 weighs 3.4 kg [1][2].",
        "|  | T25 | T49 |\n| --- | --- | --- |\n| Weight | 3.4 kg [2] | 1.2 kg [1] |",
        "|  | T25 | T49 |\n| --- | --- | --- |\n| Weight | 3.4 kg [1] | 1.2 kg [2] |",
    ],
)
def test_values_that_changed_places_are_marked(compared, said):
    assert "[?]" in compared.whole(said).text
