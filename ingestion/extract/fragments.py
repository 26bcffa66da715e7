"""Parts of pages, as scripts load them: pieces of markup, or JSON with markup and addresses in it."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

WHOLE = re.compile(r"<(!doctype|html|head|body|title)\b", re.I)
ADDRESS = re.compile(r"^(https?://|/)[^\s<>\"']+$")
ADDRESSES = re.compile(r"^(url|href|link|permalink|path|product_?url|canonical_?url)$", re.I)
NAMES = ("title", "name", "label")
MOST = 3000


def is_fragment(markup: str) -> bool:
    """Whether this is a part of a page rather than a page."""
    return not WHOLE.search(markup[:20_000])


def markup_of(data: str) -> str:
    """The markup and links that a JSON answer holds, as markup; "" where it is no JSON."""
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    parts = [part for part, _ in zip(pieces(parsed), range(MOST), strict=False)]
    return f"<ul>{''.join(parts)}</ul>"


def pieces(data: Any, depth: int = 0) -> Iterator[str]:
    if depth > 20:
        return
    if isinstance(data, list):
        for item in data:
            yield from pieces(item, depth + 1)
    elif isinstance(data, dict):
        name = next((data[key] for key in NAMES if isinstance(data.get(key), str)), "")
        for key, value in data.items():
            if isinstance(value, str) and ADDRESSES.match(key) and ADDRESS.match(value):
                yield f'<li><a href="{html.escape(value)}">{html.escape(name)}</a></li>'
            else:
                yield from pieces(value, depth + 1)
    elif isinstance(data, str) and "<a " in data:
        yield data
