"""Ways to write a model that are one, and models that are two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.naming import fold, model_key, model_numbers, same_series


@pytest.mark.parametrize(
    "ways",
    [
        ["MPD218", "MPD 218", "MPD-218", "mpd_218", "Mpd 218®"],
        ["APC40 mkII", "APC40 mk2", "apc 40 MK II", "APC-40 Mark II", "APC40 Mark 2", "apc40mkii"],
        ["Rokit 5 G4", "ROKIT® 5 Generation Four", "Rokit 5 Gen 4", "rokit 5 generation 4", "Rokit 5 generation IV"],
        ["S10.4", "s10.4", "S104"],
        ["Wave 2", "wave two", "Wave II"],
        ["EVO IV", "Evo 4", "evo four"],
    ],
)
def test_one_model_has_one_key_however_it_is_written(ways):
    assert len({model_key(way) for way in ways}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("MPK225", "MPK249"), ("DS-1", "DS-1W"), ("LPD8", "LPD8 mk2"), ("Rokit 5 G4", "Rokit 5 G5"), ("V6", "V8")],
)
def test_two_models_have_two_keys(one, other):
    assert model_key(one) != model_key(other)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("mpd 218", "mpd218"),
        ("The MPD-218 manual", "mpd218"),
        ("APC Key 25 mk2 User Guide", "apckey25mk2"),
        ("apc key25 mkII", "apckey25mk2"),
        ("LPD8 Mark II", "lpd8mk2"),
        ("EWI4000S", "ewi4000"),
        ("ewi 4000s keeps failing", "ewi4000s"),
        ("KNS6402", "kns6402"),
        ("DD-3T Digital Delay", "dd3t"),
        ("V6 Series 4", "v6"),
        ("5th generation rokit 8", "gen5"),
        ("the fifth generation", "gen5"),
        ("MPK mini IV in Live", "mini4"),
        ("nord wave two", "wave2"),
        ("go aux 3", "goaux3"),
    ],
)
def test_model_number_is_found(text, number):
    assert number in model_numbers(text)


def test_mark_may_be_left_out_of_a_name():
    assert "mini4" in model_numbers("MPK mini mk4")
    assert "mini4" in model_numbers("MPK mini IV")
    assert "mini4" in model_numbers("MPK mini 4")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("MPK225/249/261 User Guide", {"mpk225", "mpk249", "mpk261"}),
        ("used for ABM 300/600/1200 EVO IV", {"abm300evo4", "abm600evo4", "abm1200evo4"}),
        ("Rokit 5/7/8 G4", {"rokit5gen4", "rokit7gen4", "rokit8gen4"}),
        ("TR-808/909", {"tr808", "tr909"}),
    ],
)
def test_each_model_of_a_list_has_its_number(text, numbers):
    assert numbers <= set(model_numbers(text))


@pytest.mark.parametrize("text", ["MIDI 5/6", "input 12/24 VDC", "on 12/05/2024", "a 1/4 inch jack"])
def test_strokes_alone_make_no_list(text):
    assert len(model_numbers(text)) <= 1


@pytest.mark.parametrize("text", ["a 12 inch speaker", "8 ohm", "48 kHz", "7-string guitars", "hold for 5 seconds", ""])
def test_quantity_is_no_model_number(text):
    assert model_numbers(text) == []


def test_comma_and_slash_part_names():
    assert "vxt68" not in model_numbers("VXT6 / VXT8")
    assert {"vxt6", "vxt8"} <= set(model_numbers("VXT6 / VXT8"))


def test_siblings_are_of_one_series():
    assert same_series("mpk225", "mpk249")
    assert same_series("gen4", "gen5")
    assert not same_series("mpk225", "mpd218")
    assert not same_series("mpk225", "mpk225")


def test_accents_and_signs_are_folded_and_hebrew_stays():
    assert fold("Érard® ½") == "erard  1⁄2"
    assert fold("רוקיט") == "רוקיט"


@given(st.text(max_size=200))
def test_any_text_has_a_key_and_numbers_that_search_can_take(text):
    assert model_key(text) == model_key(text.strip())
    for number in model_numbers(text):
        assert number.isalnum(), number
        assert number == number.lower()
