"""Which links lead to documents: PDFs by their address, texts and archives where the link speaks of manuals."""

import re
from urllib.parse import unquote, urlsplit

from ..addresses import looks_like_document
from .words import KINDS, MANUAL, any_of

ARCHIVE = re.compile(r"\.zip$", re.I)
TEXT = re.compile(r"\.txt$", re.I)
# Texts that say something to machines or lawyers, not to those who play.
NO_MANUAL = re.compile(
    r"^(robots|llms(-full)?|ads|app-ads|humans|security|sitemap|urllist|licen[cs]e|eula|copying|copyright|keybase)\b",
    re.I,
)
SOFTWARE = any_of(
    """
    driver, drivers, firmware, update, updater, upgrade, installer, setup, software, editor, librarian, plug in,
    plugin, plugins, vst, asio, windows, win, win32, win64, x64, mac, macos, osx, linux, android, ios, app, preset,
    presets, patch, patches, sample, samples, sounds, sound, library, libraries, demo, image, images, photo, photos,
    logo, logos, press, cad, 3d, step, dxf, dwg, ease, gll, sdk, source, template, templates, utility, beta
    """
)
DOCUMENTATION = any_of("documentation, documents, docs, dokumentation, תיעוד")


def leads_to_document(url: str, text: str, heading: str = "") -> bool:
    """Whether a link is worth asking for as a document.

    A zip counts by its text and its file's name; the heading above only where these two say nothing, as under
    “Manuals and drivers” there lies a driver too.
    """
    if looks_like_document(url):
        return True
    name = unquote(urlsplit(url).path.rsplit("/", 1)[-1])
    if not (ARCHIVE.search(name) or TEXT.search(name)):
        return False
    spelled = re.sub(r"[_\-+.]+|(?<=[a-z])(?=[A-Z])", " ", name[:-4])
    own = f"{text} {spelled}"
    told = bool(MANUAL.search(own) or DOCUMENTATION.search(own))
    if TEXT.search(name):
        return not NO_MANUAL.search(name) and (told or any(words.search(own) for _, words in KINDS))
    return not SOFTWARE.search(own) and (told or bool(MANUAL.search(heading) and not SOFTWARE.search(heading)))
