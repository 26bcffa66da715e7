"""The pictures of a product, each once and in the largest size that the page names."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from selectolax.lexbor import LexborNode

from ..addresses import looks_like_image, normalise_url
from .dom import Page, ancestors, squeeze
from .links import base_url
from .records import PictureRecord
from .structured import aslist, first_text

MAX_PICTURES = 12
DECORATION = re.compile(
    r"(?<![a-z])(icons?|sprites?|badges?|payments?|placeholder|spacer|pixel|avatar|flags?|arrows?|banner-ad|ratings?|stars?"
    r"|spinner|loader|loading|blank|transparent|dummy|no[-_]?(image|photo|picture|img)s?"
    r"|(image|photo|picture)s?[-_]?(not[-_]?available|unavailable|coming[-_]?soon))(?![a-z])|logo",
    re.I,
)
SIZED = re.compile(r"[-_]((\d{2,4})x(\d{0,4})|small|medium|large|thumb(nail)?|grande|compact|master)(?=\.)", re.I)
SIZES = {
    "thumb": 100,
    "thumbnail": 100,
    "small": 100,
    "compact": 160,
    "medium": 240,
    "large": 480,
    "grande": 600,
    "master": 2048,
}
WHOLE = 9999  # a picture whose address names no size


def read_pictures(page: Page, data: dict[str, Any], url: str) -> tuple[PictureRecord, ...]:
    """The pictures of the main content, structured ones first, each once whatever its size."""
    base = base_url(page, url)
    found: dict[str, PictureRecord] = {}
    for raw in aslist(data.get("image")):
        add_picture(
            found, first_text(raw.get("url") or raw.get("contentUrl")) if isinstance(raw, dict) else str(raw), "", base
        )
    for raw, alt in gallery_of_script(page):
        add_picture(found, raw, alt, base)
    for node in page.main.css("img") if page.main is not None else []:
        if too_small(node) or not is_own_picture(node, page):
            continue
        alt = squeeze(node.attributes.get("alt"))
        for raw in sources_of(node):
            add_picture(found, raw, alt, base)
        if len(found) >= MAX_PICTURES:
            break
    if not found:
        add_picture(found, page.meta("og:image"), "", base)
    return tuple(found.values())[:MAX_PICTURES]


def sources_of(node: LexborNode) -> list[str]:
    """The addresses under which a picture stands: what it links to, its largest and its usual size."""
    attributes = node.attributes
    raw = [
        attributes.get(name) or ""
        for name in ("data-large_image", "data-zoom-image", "data-image", "data-src", "data-original")
    ]
    link = next((a for a, _ in zip(ancestors(node), range(3), strict=False) if a.tag == "a"), None)
    target = (link.attributes.get("href") or "") if link is not None else ""
    if looks_like_image(target):
        raw.insert(0, target)
    raw.append(largest(attributes.get("srcset") or attributes.get("data-srcset") or ""))
    named = [address for address in raw if address and not address.startswith("data:")]
    shown = attributes.get("src") or ""
    return (named or [shown] if shown.startswith("data:") or named else [shown])[:3]


def largest(srcset: str) -> str:
    """The largest candidate of a `srcset` up to 2500 pixels wide."""
    best, width = "", -1.0
    for candidate in re.split(r",\s+", srcset[:20_000]):
        address, _, size = candidate.strip().partition(" ")
        number = (
            float(size.strip()[:-1]) if re.fullmatch(r"\s*[\d.]{1,6}[wx]\s*", size) and size.count(".") < 2 else 1.0
        )
        if address and width < number <= 2500:
            best, width = address, number
    return best


def gallery_of_script(page: Page) -> Iterator[tuple[str, str]]:
    """Galleries that a shop (Magento among them) hands to its scripts as data: address and caption of each picture."""
    for node in page.tree.css("script[type='text/x-magento-init']"):
        text = node.text(deep=True) or ""
        if "gallery" not in text or len(text) > 200_000:
            continue
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for entry in entries_of(data):
            yield str(entry.get("full") or entry["img"]), squeeze(str(entry.get("caption") or ""))


def entries_of(data: Any, level: int = 0) -> Iterator[dict[str, Any]]:
    if level > 8:
        return
    if isinstance(data, dict):
        if isinstance(data.get("img"), str):
            yield data
        for value in data.values():
            yield from entries_of(value, level + 1)
    elif isinstance(data, list):
        for value in data[:100]:
            yield from entries_of(value, level + 1)


def is_own_picture(node: LexborNode, page: Page) -> bool:
    """Whether a picture shows this page's product: it stands in the content, and is no link to another page."""
    if page.in_frame(node):
        return False
    link = next((a for a in ancestors(node) if a.tag == "a"), None)
    target = (link.attributes.get("href") or "") if link is not None else ""
    return not target or target.startswith(("#", "javascript:")) or looks_like_image(target) or "image" in target


def too_small(node: LexborNode) -> bool:
    sizes = [node.attributes.get(side) or "" for side in ("width", "height")]
    return any(size.isdecimal() and len(size) < 5 and int(size) < 80 for size in sizes)


def add_picture(found: dict[str, PictureRecord], raw: str, alt: str, base: str) -> None:
    target = normalise_url(raw, base) if raw else None
    target = unwrapped(target, base) if target else None
    if target is None or DECORATION.search(unquote(urlsplit(target).path.rsplit("/", 1)[-1])):
        return
    key = key_of(target)
    known = found.get(key)
    if known is None:
        found[key] = PictureRecord(target, alt)
    else:
        larger = target if size_of(target) > size_of(known.url) else known.url
        found[key] = PictureRecord(larger, known.alt or alt)


def unwrapped(target: str, base: str) -> str | None:
    """The picture itself behind a service that makes its sizes: /_next/image?url=…, /_vercel/image, /_ipx."""
    parts = urlsplit(target)
    if not parts.path.endswith(("/_next/image", "/_vercel/image", "/_image", "/.netlify/images")):
        return target
    inner = next((value for name, value in parse_qsl(parts.query) if name in ("url", "href")), "")
    return normalise_url(inner, base) if inner else target


def key_of(target: str) -> str:
    """The same for one picture in several sizes: a parameter, -640x480 in its name, or a folder of a size."""
    path = urlsplit(target).path.lower()
    path = SIZED.sub("", re.sub(r"(\.jpe?g|\.png|\.webp)_.*$", r"\1", path))
    path = re.sub(r"/(\d{2,4}x\d{2,4}|\d{2,4}w)/", "/", path)
    return re.sub(r"/cache/[0-9a-f/]{2,80}?/(?=[a-z0-9]/[a-z0-9]/)|[-_]\d{3,4}(?=\.\w{3,4}$)", "/", path)


def size_of(target: str) -> int:
    """The width that an address names, in pixels."""
    parts = urlsplit(target)
    named = SIZED.search(parts.path.lower())
    if named:
        return int(named[2]) if named[2] else SIZES.get(named[1].lower(), 0)
    if folder := re.search(r"/(\d{2,4})x\d{2,4}/|[-_](\d{3,4})\.\w{3,4}$", parts.path):
        return int(folder[1] or folder[2])
    if "/cache/" in parts.path:
        return WHOLE - 1
    width = next((value for name, value in parse_qsl(parts.query) if name in ("width", "w") and value.isdecimal()), "")
    return int(width) if width and len(width) < 5 else WHOLE
