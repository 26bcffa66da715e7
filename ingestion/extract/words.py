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
    handbuch, benutzerhandbuch, betriebsanleitung, schnellstart, schnellstartanleitung, kurzanleitung, datenblatt,
    guía, manual de usuario,
    guide de démarrage, fiche technique, guida, parts list, service manual, wiring diagram, owner manual,
    mode d'emploi, manuel, utilisateur, manuale, istruzioni, firmware notes, release notes,
    safety, pdf, מדריך, הוראות, מדריך למשתמש, הוראות הפעלה, מפרט, 取扱説明書, 使用说明书
    """
)
KINDS = (
    (
        "quick_start",
        any_of(
            "quick start, quick start guide, quick guide, quick reference, qsg, getting started, first steps, "
            "startup guide, "
            "schnellstart, schnellstartanleitung, kurzanleitung, guide de démarrage, guide rapide, "
            "démarrage rapide, guía rápida, "
            "inicio rápido, guida rapida, מדריך מהיר, התחלה מהירה, מדריך התחלה"
        ),
    ),
    (
        "datasheet",
        any_of(
            "data sheet, datasheets, spec sheet, specification sheet, specification data sheet, one sheet, "
            "sell sheet, "
            "tech specs, brochure, leaflet, product sheet, datenblatt, fiche technique, ficha técnica, "
            "scheda tecnica, דף נתונים"
        ),
    ),
    (
        "firmware_notes",
        any_of("firmware, release notes, change log, changelog, version history, update notes, update guide, readme"),
    ),
    (
        "midi_chart",
        any_of("midi implementation, midi chart, midi implementation chart, midi spec, sysex, midi reference"),
    ),
    (
        "parts_list",
        any_of(
            "parts list, spare parts, service manual, service guide, schematic, schematics, wiring diagram, "
            "exploded view, ersatzteile"
        ),
    ),
    (
        "safety",
        any_of(
            "safety, safety instructions, safety information, warranty, compliance, declaration of conformity, "
            "ec declaration, sicherheitshinweise, בטיחות"
        ),
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
# Words for manuals that only one language has.
IMPLIED = {
    "de": any_of(
        "bedienungsanleitung, anleitung, handbuch, benutzerhandbuch, betriebsanleitung, schnellstart, "
        "schnellstartanleitung, kurzanleitung, datenblatt"
    ),
    "fr": any_of("mode d'emploi, manuel, manuel d'utilisation, guide de démarrage, fiche technique"),
    "es": any_of("manual de usuario, guía, ficha técnica"),
    "it": any_of("manuale, istruzioni, scheda tecnica"),
    "ja": any_of("取扱説明書"),
    "zh": any_of("使用说明书"),
    "he": any_of("מדריך, הוראות, הוראות הפעלה, בעברית"),
}
GENERIC = re.compile(
    r"^((download|view|open|read|see|get)( (it|now|here|pdf|file|more))?|downloads|pdf|here|more|click here|link|file"
    r"|english|\[?pdf\]?)$",
    re.I,
)
