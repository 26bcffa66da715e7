"""Words that stand in the titles of manuals and name no model: kinds of documents, programs, groups of products."""

import re

from .extract.words import any_of

# What follows or leads a model's name in a title: `LPD8 Editor User Guide`, `Bedienungsanleitung Drift DR-2`.
DOCUMENT = any_of(
    """
    owner's manual, owners manual, owner’s manual, owner manual, operator's manual, user's manual, user manual,
    users manual, user's guide, user guide, users guide, reference manual, reference guide, refmanual, usermanual,
    userguide, ownersmanual, quickstart, quickstart manual, quick start, quick guide, quick reference, qsg, qig,
    getting started, first steps, startup guide, start up guide, start guide, installation guide, install guide,
    installation manual, operation manual, operating manual, operation guide, instruction manual, instructions,
    instruction, installation, setup guide, set up guide, setup, integration guide, connection guide, service manual,
    service guide, repair manual, parts list, spare parts, schematic, schematics, wiring diagram, exploded view,
    exploded drawing, manual, manuals, guide, handbook, booklet, manualaddendum, addendum, supplement, appendix,
    data sheet, datasheet, spec sheet, specification sheet, specifications, specification, specs, tech sheet,
    technical sheet, product sheet, one sheet, sell sheet, cut sheet, brochure, leaflet, flyer, catalog, catalogue,
    midi implementation, midi chart, midi spec, midi reference, midi, sysex, implementation, parameter guide,
    parameter list, parameters, effect list, effects list, preset list, patch list, sound list, tone list, song list,
    pedalboard, template, release notes, firmware notes, firmware update, firmware, update guide, update, upgrade,
    change log, changelog, version history, history, readme, read me, faq, faqs, frequently asked questions, tutorial,
    editor, software, hardware, driver, drivers, librarian, app, safety, safety instructions, important safety,
    warranty, compliance, declaration of conformity, declaration, conformity, certificate, dimensions, drawing,
    reference, documentation, docs, document, download, downloads, pdf, doc, docx, version, edition, revision, revised,
    bedienungsanleitung, anleitung, handbuch, benutzerhandbuch, betriebsanleitung, gebrauchsanleitung,
    schnellstart, schnellstartanleitung, kurzanleitung, datenblatt, ersatzteile, sicherheitshinweise,
    mode d'emploi, manuel, manuel d'utilisation, manuel de l'utilisateur, guide d'utilisation, guide rapide,
    guide de démarrage, fiche technique, manual de usuario, manual del usuario, guía, guía de usuario, guía del usuario,
    guía rápida, inicio rápido, ficha técnica, manuale, manuale d'uso, manuale utente, istruzioni, guida, guida rapida,
    scheda tecnica, manual do usuário, handleiding, gebruiksaanwijzing, bruksanvisning, instrukcja, руководство,
    מדריך למשתמש, מדריך מהיר, מדריך התחלה, מדריך, הוראות הפעלה, הוראות, חוברת הפעלה, מפרט טכני, מפרט,
    取扱説明書, 使用说明书, 使用手册, 사용 설명서
    """
)
LANGUAGE = any_of(
    """
    english, deutsch, german, français, francais, french, español, espanol, spanish, italiano, italian, português,
    portuguese, nederlands, dutch, japanese, chinese, korean, russian, svenska, swedish, polski, polish, hebrew,
    multilingual, multi language, en us, en gb, eng, ger, deu, fra, esp, ita, jpn, עברית, בעברית, אנגלית
    """
)
# Programs and systems with which a manual shows how to use the device: they are other makers' products.
PROGRAM = re.compile(
    r"^(ableton( live)?|live lite|cubase|nuendo|fl studio|garage ?band|logic( pro)?|pro ?tools|studio one|reason"
    r"|reaper|bitwig( studio)?|cakewalk|sonar|digital performer|main ?stage|serato( dj| studio)?|traktor|rekordbox"
    r"|virtual ?dj|windows|mac ?os|os ?x|mac|ios|ipad|iphone|android|linux|chrome ?os|asio|core ?audio|usb|midi"
    r"|bluetooth|wi-?fi|dante|zoom|obs|steam|kontakt|maschine|microsoft word|adobe)( \d+)?( (lite|intro|le|se|pro))?$",
    re.I,
)
# A group of products, a place on a site, a state: no model by themselves.
GROUP = re.compile(
    r"^((the|all|our|other|more|new|old|older|previous|current|past|legacy|archived?|discontinued|vintage|related|latest"
    r"|available|useful|additional|general|important|complete|full|product|products|series|range|line|lineup|family"
    r"|models?|items?|keyboards?|pianos?|synth(esi[sz]er)?s?|controllers?|drums?|pads?|pedals?|effects?|amps?|amplifiers?|cabinets?"
    r"|combos?|heads?|mixers?|consoles?|monitors?|speakers?|loudspeakers?|subwoofers?|drivers?|headphones?|microphones?"
    r"|mics?|interfaces?|audio|guitars?|bass|basses|strings?|cables?|cases?|stands?|accessory|accessories|parts?|stage"
    r"|studio|live|dj|pro|home|digital|analog(ue)?|electric|acoustic|wireless|systems?|recorders?|samplers?"
    r"|instruments?|percussion|wind|organs?|and|or|of|for|&|-|/|support|help|files?|resources?|literature"
    r"|downloads?|manuals?|guides?|documents?|documentation|information|info|page|home|news|contact|us|overview"
    r"|details?|features?|included|contents?|languages?|versions?|untitled|unknown|cover|front|back|final|draft"
    r"|web|print|low|high|res|hi|lo|rev|ver|copy|attachments?|uploads?|media|assets?|content|data|common|wp"
    r"|pdfs?|brand|official|website|click|here|view|read|learn|get|open|see)\s*)+$",
    re.I,
)
