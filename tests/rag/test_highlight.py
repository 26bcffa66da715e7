"""Passages as a search shows them."""

import pytest

from rag.highlight import highlight, readable

pytestmark = pytest.mark.django_db


def test_marks_of_headings_and_lists_are_not_shown():
    text = "### Connections\nThe rear panel:\n- USB\n- MIDI output\n\nNothing else - 5 V at most."
    assert readable(text) == "Connections · The rear panel: · USB · MIDI output · Nothing else - 5 V at most."


def test_a_word_parted_at_a_lines_end_is_whole_again():
    assert readable("the key\ufffe\r\nboard and the drum\u0002\nmachine") == "the keyboard and the drummachine"


def test_an_excerpt_begins_and_ends_with_whole_words():
    text = "Internationalisation everywhere. " * 30 + "Set the clock."
    for characters in range(60, 200, 7):
        shown = "".join(piece for piece, _ in highlight(text, "clock", characters)).strip("… ")
        assert set(shown.split()) <= set(text.split())


def test_an_excerpt_of_a_text_without_spaces_is_cut_all_the_same():
    assert len("".join(piece for piece, _ in highlight("x" * 5000, "clock", 200))) < 300
