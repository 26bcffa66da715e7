"""Which models a manual's title, file name or heading names, whatever else stands there.

`LPD8 mk2 - User Guide - v1.2 (1.10 MB)` names the LPD8 mk2, `MPK225/249/261 Owner's Manual` three models, `Ableton
Setup Guide` none. A name that is found here is a proposal: what other evidence says of it decides (ingestion.assign).
"""

import re
from urllib.parse import unquote, urlsplit

from catalog.naming import model_key, model_words
from catalog.versions import DATED, LETTERED, NUMBERED, file_part

from .manual_words import DOCUMENT, GROUP, LANGUAGE, PROGRAM

MOST_WORDS, LONGEST = 6, 50
SIZE = re.compile(r"[(\[]?\b\d+([.,]\d+)?\s?[kmg]i?b\b[)\]]?", re.I)
PRINTED = re.compile(
    r"\b(?:eng?|ger|deu?|fra?|spa?|esp?|ita?|jpn?|all|multi)\d{1,2}\b(?:\s+[a-z])?(?=\s|$)|\bv\d+(?: \d+)+", re.I
)  # `eng03 W`, `v2 3`
CHECKSUM = re.compile(r"[_-][0-9a-f]{8,}$|\b[0-9a-f]{16,}\b", re.I)
MADE_BY = re.compile(r"^\s*microsoft (word|powerpoint)\s*-\s*|\.(docx?|indd|pdf|ai|fm|pmd|qxd|pptx?|cdr)\b", re.I)
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])")
BRACKETED = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
PARTING = re.compile(r"\s+[-–—|:•]+\s+|\s*[|–—•:;]\s*|\s-(?=\w)|(?<=\w)-\s")
SEVERAL = re.compile(r"\s*(?:[/,&+]|\b(?:and|und|et|y|e|or)\b|ו-?)\s*")
EDGES = re.compile(
    r"^(?:(?:for|the|to|of|from|with|using|your|and|a|an|by|in|on|für|den|die|das|pour|le|la|les|para|el|per|il|עבור|של"
    r"|v|ver|rev|vol|no|nr|all)\b[\s.]*)+|[\s_.,;:'’–—-]+$|^[\s_.,;:'’–—-]+|(?:\s+(?:for|the|to|of|with|and|&|en|de|fr|es|it|v"
    r"|ver|rev|web|final|print|lr|hr|0\d))+$",
    re.I,
)
# Behind a model's name they make it another model: APC mini mk2, MPK mini 4, GT-1000 Core, DD-3 T.
REVISION = re.compile(r"(mk|gen)\d+|\d{1,3}|[b-uw-z]")
VARIANTS = frozenset("pro plus mini micro nano xl xt se ex max lite le ultra core deluxe custom signature".split())
SERIES = re.compile(r"\s+(series|serie|range|family|line)$", re.I)


def names_in_title(text: str) -> list[str]:
    """The models that a title names, as it writes them; nothing where it names none."""
    plain = " ".join(SIZE.sub(" ", MADE_BY.sub("", text)).replace("_", " ").split())
    for part in PARTING.split(plain):
        for segment in segments(part):
            if found := [name for name in several(segment) if is_model(name)]:
                return found
    return []


def names_in_file(address: str) -> list[str]:
    """The same of a file's name: `EWI5000-QuickstartGuide-v1.0.pdf`, `ewi4000s_refmanual_revd_00.pdf`."""
    name = CHECKSUM.sub("", file_part(address) or address.rpartition(":")[2])
    spread = CAMEL.sub(" ", re.sub(r"[_+]+", " ", name))
    return names_in_title(spread if " " in spread.strip() else re.sub(r"-+", " ", spread))


def names_in_folder(address: str) -> list[str]:
    """What the folder of a file is called, where that may be a model: `/files/apc-mini/guide.pdf`."""
    folders = unquote(urlsplit(address).path).strip("/").split("/")[:-1]
    name = re.sub(r"[-_]+", " ", folders[-1]) if folders else ""
    return [name] if is_model(name) and not name.isdigit() else []


def segments(part: str) -> list[str]:
    """What is left of a title's part between words for documents, versions and languages; brackets go first."""
    bare = PRINTED.sub(" ", BRACKETED.sub(" ", part))
    for pattern in (NUMBERED, LETTERED, DATED):
        bare = re.sub(pattern.pattern, " \x00 ", bare, flags=re.I)
    bare = LANGUAGE.sub(" \x00 ", DOCUMENT.sub(" \x00 ", bare))
    return [trimmed for piece in bare.split("\x00") if (trimmed := trim(piece))]


def trim(text: str) -> str:
    before = ""
    while text != before:
        before, text = text, EDGES.sub("", " ".join(text.split()))
    return SERIES.sub("", text)


def several(name: str) -> list[str]:
    """`MPK225/MPK249` are two models, `MPK 225/249/261` three; one without numbers on both sides stays whole."""
    parts = [part for part in SEVERAL.split(name) if part.strip()]
    if len(parts) < 2 or not all(re.search(r"\d", part) for part in parts):
        return [name]
    stem = re.match(r"^(.*?)[\s-]*\d", parts[0])
    letters = stem.group(1) if stem else ""
    joint = " " if letters and re.match(rf"^{re.escape(letters)}\s", parts[0]) else ""
    if re.match(rf"^{re.escape(letters)}-", parts[0]):
        joint = "-"
    return [parts[0], *(f"{letters}{joint}{part}" if part[0].isdigit() else part for part in parts[1:])]


def is_model(name: str) -> bool:
    """Whether this may be a model's name: some letters, few words, no group of products and no program."""
    if len(name) > LONGEST or len(name.split()) > MOST_WORDS or not re.search(r"[^\W\d_]{2}|[^\W\d_]-?\d", name):
        return False
    return len(model_key(name)) >= 3 and not GROUP.match(name) and not PROGRAM.match(name)


def has_number(name: str) -> bool:
    return bool(re.search(r"\d", model_words(name)))


def without_brand(name: str, brand: str) -> str:
    """The name without the brand's whole name before it, where something that is no mere group is left."""
    if name.casefold().startswith(f"{brand.casefold()} ") and is_model(rest := name[len(brand) :].strip(" -–—|:")):
        return rest
    return name


def is_another(words: list[str], position: int) -> bool:
    """Whether the word at a position makes the name before it that of another model."""
    after = words[position] if position < len(words) else ""
    return bool(REVISION.fullmatch(after)) or after in VARIANTS
