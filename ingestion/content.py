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
    """'pdf', 'image', 'html', 'xml', 'archive', 'text' or 'binary'; `first` is the first 512 bytes or more."""
    if b"%PDF-" in first[:1024]:
        return "pdf"
    if first.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM")) or (
        first[:4] == b"RIFF" and first[8:12] == b"WEBP"
    ):
        return "image"
    if first[4:12] in (b"ftypavif", b"ftypheic"):
        return "image"
    if first.startswith((b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh")):
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
    return "html" if "html" in content_type or re.search(rb"<(p|div|a|table|span)\b", head, re.I) else "text"


def decode(body: bytes, content_type: str = "") -> str:
    """Text of a page. Bytes that are valid UTF-8 are UTF-8, whatever header and page claim; else the claim is tried."""
    try:
        # A page that was cut off may end within a character.
        return codecs.getincrementaldecoder("utf-8-sig")("strict").decode(body, final=False)
    except UnicodeDecodeError:
        pass
    header = re.search(r"charset=[\"']?([\w-]+)", content_type, re.I)
    meta = META_CHARSET.search(body[:4096])
    for claim in (header and header.group(1), meta and meta.group(1).decode("ascii")):
        name = str(claim or "").lower()
        # Latin-1 in a claim means Windows-1252 to every browser (WHATWG Encoding).
        name = "cp1252" if name in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii") else name
        if name and name not in ("utf-8", "utf8") and not NO_CHARSET.fullmatch(name):
            try:
                return body.decode(name).encode(errors="replace").decode()
            except (LookupError, ValueError):  # unknown, no charset of texts at all (hex), or not this one
                continue
    if 1 - sum(byte > 127 for byte in body[:20000]) / max(1, len(body[:20000])) > 0.9:
        return body.decode("cp1252", "replace")
    best = charset_normalizer.from_bytes(body[:100_000]).best()
    return body.decode(best.encoding if best else "cp1252", "replace")
