"""What a response is, by its first bytes rather than by its name, and how its text is decoded."""

import codecs
import re

import charset_normalizer

HTML_START = re.compile(
    rb"^\s*(<\?xml[^>]*>\s*)?(<!--(?:(?!-->).)*-->\s*)*<(!doctype\s+html|html|head|body|meta|title|div|main|section|h1)",
    re.I | re.S,
)
# Of Python's encodings, those that are for other things than pages, or take very long.
NO_CHARSET = re.compile(r"(raw_)?unicode_escape|punycode|idna|undefined|utf.?7", re.I)
META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", re.I)


def sniff(first: bytes, content_type: str = "") -> str:
    """'pdf', 'image', 'html', 'xml', 'json', 'archive', 'text' or 'binary'; `first` is the first 512 bytes or more."""
    if first.startswith(b"PK\x03\x04"):
        return "archive"  # before the next, as its first entry may be a PDF
    if b"%PDF-" in first[:1024]:
        return "pdf"
    if wide := wide_charset(first):
        first = first[: len(first) // 2 * 2].decode(wide, "replace").encode()
    if first.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM")) or (
        first[:4] == b"RIFF" and first[8:12] == b"WEBP"
    ):
        return "image"
    if first[4:12] in (b"ftypavif", b"ftypheic"):
        return "image"
    if first.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh")):
        return "archive"
    head = first.removeprefix(codecs.BOM_UTF8)
    if HTML_START.search(head[:1024]):
        return "html"
    if b"<svg" in head[:300]:
        return "image"
    if head.lstrip().startswith(b"<?xml"):
        return "html" if "xhtml" in content_type else "xml"
    if b"\0" in first:
        return "binary"
    if "json" in content_type and head.lstrip()[:1] in (b"{", b"["):
        return "json"
    return "html" if "html" in content_type or re.search(rb"<(p|div|a|table|span)\b", head, re.I) else "text"


def wide_charset(body: bytes) -> str:
    """UTF-16 by its byte order mark, or by the zeros that stand in every second place of a Western text; else ""."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = body[:400]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if len(sample) >= 20 and max(even, odd) > half * 0.7 and min(even, odd) < half * 0.05:
        return "utf-16-be" if even > odd else "utf-16-le"
    return ""


def decode(body: bytes, content_type: str = "") -> str:
    """Text of a page. Bytes that are valid UTF-8 are UTF-8, whatever header and page claim; else the claim is tried."""
    if wide := wide_charset(body):
        return body[: len(body) // 2 * 2].decode(wide, "replace").removeprefix("\ufeff")
    try:
        # A page that was cut off may end within a character.
        return codecs.getincrementaldecoder("utf-8-sig")("strict").decode(body, final=False)
    except UnicodeDecodeError:
        pass
    header = re.search(r"charset=[\"']?([\w-]+)", content_type, re.I)
    meta = META_CHARSET.search(body[:4096])
    for claim in (header and header.group(1), meta and meta.group(1).decode("ascii")):
        name = charset_of(str(claim or ""), body)
        if name and not NO_CHARSET.fullmatch(name):
            try:
                return body.decode(name).encode(errors="replace").decode()
            except (LookupError, ValueError):  # unknown, no charset of texts at all (hex), or not this one
                continue
    return guessed(body)


def charset_of(claim: str, body: bytes) -> str:
    """The charset that a claim stands for; "" where it is UTF-8, which these bytes are not.

    Latin-1 in a claim means Windows-1252 to every browser (WHATWG Encoding), and is what servers say of anything.
    """
    name = claim.lower()
    if name in ("utf-8", "utf8"):
        return ""
    if name in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii", "windows-1252", "cp1252"):
        return "cp1255" if looks_hebrew(body) else "cp1252"
    # Logical order, under the names that Hebrew pages give it (RFC 1555).
    return "cp1255" if name in ("iso-8859-8-i", "iso-8859-8-e", "logical", "x-mac-hebrew") else name


def looks_hebrew(body: bytes) -> bool:
    """Whether the bytes above ASCII are whole words of Hebrew letters as Windows-1255 and ISO 8859-8 write them.

    Accented letters of Western languages stand alone among others; Cyrillic words use the bytes FB to FF too.
    """
    sample = body[:50_000]
    high = [position for position, byte in enumerate(sample) if byte > 0xBF]
    if len(high) < 20:
        return False
    letters = sum(0xE0 <= sample[position] <= 0xFA for position in high)
    beyond = sum(sample[position] > 0xFA for position in high)
    beside = sum(position + 1 < len(sample) and sample[position + 1] > 0xBF for position in high)
    return letters > 0.85 * len(high) and beyond < 0.02 * len(high) and beside > 0.5 * len(high)


def guessed(body: bytes) -> str:
    """Without a claim that fits: nearly UTF-8, Hebrew, Western with a few accents, or what statistics say."""
    nearly = body.decode("utf-8-sig", "replace")
    above = sum(letter > "\x7f" for letter in nearly)
    if above and nearly.count("\ufffd") < 0.1 * above:
        return nearly
    if looks_hebrew(body):
        return body.decode("cp1255", "replace")
    if 1 - sum(byte > 127 for byte in body[:20000]) / max(1, len(body[:20000])) > 0.9:
        return body.decode("cp1252", "replace")
    best = charset_normalizer.from_bytes(body[:100_000]).best()
    return body.decode(best.encoding if best else "cp1252", "replace")
