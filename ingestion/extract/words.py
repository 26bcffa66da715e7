"""Words by which documents and their languages are told, in the languages that makers use."""

import re


def any_of(words: str) -> re.Pattern[str]:
    """A pattern that finds any of these words or phrases; a space in one may be a hyphen or missing in the text."""
    parts = [re.escape(word).replace(r"\ ", "[-_ ]?") for word in re.split(r"\s*,\s*", words.strip())]
    return re.compile(rf"(?<!\w)({'|'.join(parts)})(?!\w)", re.I)


MANUAL = any_of(
    """
    owner's manual, owners manual, owner’s manual, user manual, users manual, manual, manuals, user guide, guide,
    quick start, reference, addendum, data sheet, spec sheet, specification sheet, one sheet, sell sheet,
    implementation, midi chart, parameter,
    parameters, schematic, brochure, leaflet, instructions, instruction, handbook, bedienungsanleitung, anleitung,
    handbuch,
    mode d'emploi, manuel, utilisateur, manuale, istruzioni, firmware notes, release notes, safety, pdf, מדריך, הוראות
    """
)
KINDS = (
    (
        "quick_start",
        any_of("quick start, quick start guide, quick guide, quick reference, qsg, getting started, first steps"),
    ),
    (
        "datasheet",
        any_of(
            "data sheet, datasheets, spec sheet, specification sheet, specification data sheet, one sheet, sell sheet, "
            "tech specs, brochure, leaflet, product sheet"
        ),
    ),
    (
        "firmware_notes",
        any_of("firmware, release notes, change log, changelog, version history, update notes, update guide, readme"),
    ),
    ("faq", any_of("faq, faqs, frequently asked questions")),
)
LANGUAGES = {
    "en": any_of("english, eng, en"),
    "de": any_of("deutsch, german, de, deu, ger"),
    "fr": any_of("français, francais, french, fr, fra, fre"),
    "es": any_of("español, espanol, spanish, es, esp, spa"),
    "it": any_of("italiano, italian, it, ita"),
    "pt": any_of("português, portugues, portuguese, pt"),
    "nl": any_of("nederlands, dutch, nl"),
    "ja": any_of("日本語, japanese, jp, ja, jpn"),
    "zh": any_of("中文, chinese, cn, zh"),
    "ko": any_of("한국어, korean, kr"),
    "ru": any_of("русский, russian, ru"),
    "sv": any_of("svenska, swedish"),
    "pl": any_of("polski, polish"),
    "he": any_of("עברית, hebrew, he"),
}
GENERIC = re.compile(
    r"^((download|view|open|read|see|get)( (it|now|here|pdf|file|more))?|downloads|pdf|here|more|click here|link|file"
    r"|english|\[?pdf\]?)$",
    re.I,
)
