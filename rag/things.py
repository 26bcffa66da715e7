"""Things with a name of their own, such as Bluetooth: what a product's documents never name, they do not answer.

Manuals say most of what is asked in other words than the question. These things they call what everybody calls them.
"""

import re
from collections.abc import Sequence

from .passage import Passage

THINGS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (
        ("Bluetooth", r"\bbluetooth\b|בלוטות"),
        ("Wi-Fi", r"\bwi-?\s?fi\b|\bwlan\b|\bwireless (?:lan|network)|ווי[ -]?פיי|וויי[ -]?פיי"),
        ("Ethernet", r"\bethernet\b|\blan\b|אתרנט"),
        ("HDMI", r"\bhdmi\b"),
        ("AirPlay", r"\bairplay\b"),
        ("Dante", r"\bdante\b"),
        ("ADAT", r"\badat\b"),
        ("S/PDIF", r"\bs/?pdif\b|\bcoax"),
        ("AES", r"\baes\b"),
        ("FireWire", r"\bfire\s?wire\b"),
        ("Thunderbolt", r"\bthunderbolt\b"),
        ("XLR", r"\bxlr\b"),
        ("phantom power", r"\bphantom\b|\+?48\s?v\b|פנטום"),
        ("memory card", r"\b(?:sd|memory|flash|micro\s?sd)[ -]?cards?\b|כרטיס (?:ה-?)?(?:sd|זיכרון)"),
        ("headphones", r"\b(?:head|ear)?phones?\b|\bearbuds?\b|אוזניות|אזניות"),
        ("microphone", r"\bmic(?:rophone)?s?\b|מיקרופון|מיקרופונים"),
        ("battery", r"\bbatter(?:y|ies)\b|\brechargeable\b|סולל"),
        ("arpeggiator", r"\barp(?:eggi\w*)?\b|ארפג"),
        ("sequencer", r"\bsequenc\w*|סיקוונס|סקוונס"),
        ("vocoder", r"\bvocoder\b|ווקודר"),
        ("aftertouch", r"\bafter\s?-?touch\b|אפטרטאץ"),
        ("touch screen", r"\btouch[ -]?screen\b|מסך מגע"),
        ("password", r"\bpass(?:word|code)s?\b|סיסמ"),
        ("serial number", r"\bserial\b|מספר ה?סידורי"),
        ("remote control", r"\bremote\b|שלט רחוק"),
        ("water", r"\bwater\b|\bwater-?proof|\bip[x\d]\d\b|עמיד במים"),
        ("warranty", r"\bwarrant\w*|\bguarante\w*|אחריות"),
        ("instalments", r"\binstall?ments?\b|(?<!\w)ב?תשלומים"),
        ("fuse", r"\bfuses?\b|נתיך|פיוז"),
        ("bag", r"\b(?:gig |carry(?:ing)? )?bags?\b|תיק(?: נשיאה)?\b"),
    )
}


OF_BRANDS = frozenset(("warranty", "instalments"))  # of which a brand speaks for all of its products


def unnamed_things(text: str, about_it: Sequence[Passage], others: Sequence[Passage]) -> list[str]:
    """The things that a question names and no passage about its product does, nor another one where it may."""
    asked = [name for name, thing in THINGS.items() if thing.search(text)]
    return [name for name in asked if not _is_named(name, [*about_it, *(others if name in OF_BRANDS else ())])]


def _is_named(name: str, passages: Sequence[Passage]) -> bool:
    thing = THINGS[name]
    return any(thing.search(f"{one.document_title}\n{one.heading}\n{one.text}") for one in passages)
