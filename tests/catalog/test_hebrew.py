"""Hebrew: complete, compiled, with its plural forms."""

from pathlib import Path

import polib
from django.utils import translation
from django.utils.translation import gettext, ngettext, override

from catalog.models import Document
from ingestion.reasons import why

FOLDER = Path(__file__).resolve().parents[2] / "locale/he/LC_MESSAGES"


def test_every_string_is_translated():
    catalogue = polib.pofile(str(FOLDER / "django.po"))
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy] == []


def test_the_compiled_file_holds_the_same_translations():
    source = {entry.msgid: entry.msgstr for entry in polib.pofile(str(FOLDER / "django.po")) if not entry.msgid_plural}
    compiled = {
        entry.msgid: entry.msgstr for entry in polib.mofile(str(FOLDER / "django.mo")) if not entry.msgid_plural
    }
    assert source == compiled


def test_placeholders_survive_translation():
    import re

    for entry in polib.pofile(str(FOLDER / "django.po")):
        if not entry.msgid_plural:
            wanted = set(re.findall(r"%\(\w+\)[sd]", entry.msgid))
            assert set(re.findall(r"%\(\w+\)[sd]", entry.msgstr)) == wanted, entry.msgid


def test_one_two_and_many_have_forms_of_their_own():
    with translation.override("he"):
        forms = [ngettext("%(n)s page", "%(n)s pages", n) % {"n": n} for n in (1, 2, 5)]
    assert forms == ["עמוד אחד", "שני עמודים", "5 עמודים"]


def test_why_a_document_could_not_be_read_is_said_in_hebrew_with_what_it_is_about(client, catalogue):
    Document.objects.filter(pk=catalogue.manual.pk).update(state="failed", problem=why("too_large", megabytes=250))
    with override("he"):
        said = gettext("Larger than %(megabytes)s MB.") % {"megabytes": 250}
    assert said in client.get(f"/he/documents/{catalogue.manual.pk}/").text
    assert "Larger than 250 MB." in client.get(f"/en/documents/{catalogue.manual.pk}/").text
