"""Model names as people write them: what is the same model, and which model numbers stand in a text.

`MPD 218`, `MPD-218` and `mpd218` are one model; `MkII`, `mk 2` and `Mark II` one mark; `Gen 4`, `G4`, `Generation
Four` and `4th generation` one generation. MPK225 and MPK249 are two models, and a number is never guessed.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11", "xii": "12"}
# Of one letter they stand for a number only behind `mark` or `generation`: an `X` or a `V` is mostly a letter.
ROMAN_MARK = ROMAN | {"i": "1", "v": "5", "x": "10"}
NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
ORDINALS = {
    word: str(number)
    for number, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)
}
MARKS = frozenset(("mk", "mark"))
GENERATIONS = frozenset(("gen", "generation"))
# Words that never are the first part of a model's name, so `the 4` or `with 8` are no model numbers.
NO_NAME = frozenset(
    """
    a an and any are as at be but by can do does for from had has have how i if in into is it its just me my new
    no not of off old on one only or other our out over page pages per run see set should so step than that the
    their them then there these this those to two up use using v version via vs was we what when where which who
    why will with you your all both each between first second third old like about under above chapter figure
    fig table section than
    """.split()
)
# A number before these is a quantity: `12 inch`, `8 ohm`, `48 kHz`.
UNITS = frozenset(
    """
    inch inches in mm cm m ft feet lb lbs kg g oz hz khz mhz db dbu dbv w watt watts v volt volts vdc vac ma mah
    a amp amps ohm ohms ms s sec seconds min minutes hour hours hrs day days year years bit bits kb mb gb tb x
    percent
    """.split()
)

_ARABIC = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*")
_DIGITS = re.compile(r"\d+(?:\.\d+)*")
_MARK = re.compile(r"(?:mk|gen)\d+")
_WRITTEN_MARK = re.compile(r"(?:mk|mark)([ivx]+)")
_ORDINAL = re.compile(rf"\b(?:(\d+)(?:st|nd|rd|th)|({'|'.join(ORDINALS)}))[\s-]+gen(?:eration)?\b")
_SIGNS = re.compile("[®™©℠°]")
_PARTS = re.compile(r"[,;:!?()\[\]{}|/\r\n\t]|\s[-–—]\s|\.\s")  # what parts one name from another

# `MPK225/249/261`, `ABM 300/600 EVO IV`, `Rokit 5/7/8 G4`: a name, numbers with strokes between, what comes behind.
# Two of one digit are a fraction or a pair of sockets. Each length has an end, as name and rest are written out anew.
_LIST = re.compile(
    r"(?<![\w/])(?P<name>[^\W\d_]{1,20}[ -]?)(?=\d{2}|\d\w{0,6}/\d{2}|(?:\d\w{0,6}/){2})"
    r"(?P<numbers>\d{1,5}[A-Za-z]{0,2}(?:/\d{1,5}[A-Za-z]{0,2}){1,9})(?![\w/])"
    r"(?P<behind>(?: [\w-]{1,20}(?!\w)){0,2})"
)


class Piece(NamedTuple):
    """A run of letters or of digits; `glued` when nothing, a hyphen or an underscore stands before it."""

    text: str
    glued: bool


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Lower case, compatibility forms, no accents, no trade-mark signs; Hebrew and other letters stay."""
    text = _SIGNS.sub(" ", text)
    decomposed = unicodedata.normalize("NFKD", text)
    kept = "".join(c for c in decomposed if not unicodedata.combining(c) or "\u0590" <= c <= "\u05ff")
    return kept.lower().translate(_ARABIC)


def model_key(text: str) -> str:
    """One key for every way to write a model: letters and digits only, marks, generations and numerals folded."""
    return "".join(piece.text for piece in _canonical(_pieces(text))).replace(".", "")


def model_words(text: str) -> str:
    """The same as words, one space apart, to look for a name within a text: `apc 40 mk2` for APC40 MkII."""
    return " ".join(piece.text for piece in _canonical(_pieces(text)))


def model_numbers(text: str) -> list[str]:
    """The model numbers in a text, normalised, in order, each once: `mpd218`, `apckey25`, `key25`, `mk2`, `rokit8`.

    A number counts with the words before it, joined and in every length up to three words, since people leave the
    first words out; with the mark behind it too (`lpd8mk2`). A list has those of each (`MPK225/249`). Quantities with a
    unit are no model numbers.
    """
    found: dict[str, None] = {}
    for part in _PARTS.split(_LIST.sub(_spread, text)):
        pieces = _canonical(_pieces(part))
        for position, piece in enumerate(pieces):
            if piece.text[0].isdigit() or _is_mark(piece):
                for form in _forms(pieces, position):
                    found.setdefault(form.replace(".", ""))  # S10.4 as one would say it
    return list(found)


def same_series(one: str, other: str) -> bool:
    """True when two model numbers differ only in their number: siblings such as `mpk225` and `mpk249`."""
    return one != other and _DIGITS.sub("0", one) == _DIGITS.sub("0", other)


def _spread(match: re.Match[str]) -> str:
    """`MPK225/249` written out."""
    name, numbers, behind = match.group("name", "numbers", "behind")
    return ", ".join(f"{name}{number}{behind}" for number in numbers.split("/"))


def _pieces(text: str) -> list[Piece]:
    """Runs of letters and runs of digits: `apc40mkii` is apc, 40, mkii; `5th generation` is gen, 5."""
    folded = _ORDINAL.sub(_ordinal, fold(text))
    pieces, end = [], -1
    for match in _TOKEN.finditer(folded):
        glued = end >= 0 and folded[end : match.start()] in ("", "-", "_")
        pieces.append(Piece(match.group(), glued))
        end = match.end()
    return pieces


def _ordinal(match: re.Match[str]) -> str:
    number, word = match.groups()
    return f"gen {number or ORDINALS[word]} "


def _canonical(pieces: list[Piece]) -> list[Piece]:
    """Roman numerals and number words become digits, marks and generations become `mk2`, `gen5`."""
    out: list[Piece] = []
    position = 0
    while position < len(pieces):
        mark, used = _mark_at(pieces, position)
        if used:
            out.append(Piece(mark, pieces[position].glued))
            position += used
            continue
        text, glued = pieces[position]
        if out:
            text = ROMAN.get(text) or NUMBER_WORDS.get(text) or text
        out.append(Piece(text, glued))
        position += 1
    return out


def _mark_at(pieces: list[Piece], position: int) -> tuple[str, int]:
    """The mark or generation that begins at a piece, and how many pieces it takes."""
    text = pieces[position].text
    after = pieces[position + 1].text if position + 1 < len(pieces) else ""
    if text in MARKS and (number := _number(after)):
        return f"mk{number}", 2
    if (written := _WRITTEN_MARK.fullmatch(text)) and written.group(1) in ROMAN_MARK:
        return f"mk{ROMAN_MARK[written.group(1)]}", 1
    if text in GENERATIONS and (number := _number(after)):
        return f"gen{number}", 2
    if text == "g" and position and after.isdigit() and len(after) == 1 and pieces[position + 1].glued:
        return f"gen{after}", 2
    return "", 0


def _number(text: str) -> str:
    if text.isdigit():
        return text
    return ROMAN_MARK.get(text) or NUMBER_WORDS.get(text) or ORDINALS.get(text) or ""


def _is_mark(piece: Piece) -> bool:
    return bool(_MARK.fullmatch(piece.text))


def _forms(pieces: list[Piece], position: int) -> list[str]:
    """The model numbers that end at a piece: alone where it is a mark, else with one to three pieces before it."""
    piece = pieces[position]
    mark = _is_mark(piece)
    after = pieces[position + 1] if position + 1 < len(pieces) else Piece("", False)
    forms = ([piece.text] if mark else []) + _joined(pieces, position)
    named = position > 0 and piece.glued and pieces[position - 1].text.isalpha()  # DS-1W
    suffixed = bool(forms) and after.glued and len(after.text) == 1  # EWI 4000S
    unit = after.text in UNITS and (after.glued or (len(after.text) > 1 and after.text != "in"))
    if unit and not (mark or named or suffixed):
        return []
    if mark:
        return forms + _without_mark(pieces, position)
    if after.glued and after.text.isalpha() and len(after.text) <= 4 and after.text not in NO_NAME:
        # DD-3T, EWI4000s, 12sHO: the letters behind belong to the number, but are often left out.
        forms += [form + after.text for form in forms] or [piece.text + after.text]
    return forms


def _joined(pieces: list[Piece], position: int) -> list[str]:
    forms: list[str] = []
    joined, glued = pieces[position]
    for before in reversed(pieces[max(0, position - 3) : position]):
        # Set apart, `a` or `v` is a word; in `A1`, `V6` it is the model.
        if before.text in NO_NAME and not (glued and len(before.text) == 1 and "." not in joined):
            break
        joined, glued = before.text + joined, before.glued
        if joined[0].isalpha() and len(joined) <= 30:
            forms.append(joined)
    return forms


def _without_mark(pieces: list[Piece], position: int) -> list[str]:
    """`mini mk4` is also written `mini 4` and `mini IV`."""
    names = [piece.text for piece in pieces[max(0, position - 2) : position]]
    if not names or not names[-1].isalpha() or names[-1] in NO_NAME:
        return []
    number = _DIGITS.findall(pieces[position].text)[0]
    forms = [names[-1] + number]
    if len(names) > 1 and names[0].isalpha() and names[0] not in NO_NAME:
        forms.append(names[0] + forms[0])
    return forms
