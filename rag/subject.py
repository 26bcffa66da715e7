"""What a document is about: the names and model numbers that find it.

Pages link documents to products; a file that a brand sent is linked to none. So title, file name or address, the
first lines of its first page, and the model that its pages keep naming speak for it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from catalog.naming import NO_NAME, model_numbers

FIRST_LINES = 6
FIRST_LINE_CHARACTERS = 80
FEW_PAGES = 3  # a model number on fewer pages than this is no subject of a document of many


@dataclass(frozen=True)
class Subject:
    names: str
    model_numbers: str


def subject_of(*, title: str, url: str, brand: str, products: Sequence[str], pages: Sequence[str]) -> Subject:
    """`products` are names; `pages` are the texts in order."""
    address = address_words(url)
    names = list(dict.fromkeys(part for part in (title, *products, brand, address) if part))
    numbers: dict[str, None] = {}
    for text in (title, *products, address, *_first_lines(pages)):
        numbers.update(dict.fromkeys(model_numbers(text)))
    numbers.update(dict.fromkeys(_recurring(pages)))
    return Subject("\n".join(names), " ".join(numbers))


def address_words(url: str) -> str:
    """The words of a URL's path or of a file's name: `/products/nord-stage-4/` is `products / nord stage 4`."""
    path = url.removeprefix("file:") if url.startswith("file:") else urlsplit(url).path
    words = re.sub(r"\.[a-z]{3,4}$", "", unquote(path), flags=re.IGNORECASE)
    words = re.sub(r"[_-][0-9a-f]{8,}$", "", words)  # a digest that keeps names apart
    words = re.sub(r"\((?:\d|[.,])+[ _]?[kKmM][iI]?[bB]\)", " ", words)  # a size in the name
    return " / ".join(" ".join(re.sub(r"[_\-+.()\[\]]+", " ", part).split()) for part in words.split("/") if part)


def _first_lines(pages: Sequence[str]) -> list[str]:
    lines = [line.strip(" #\t") for line in (pages[0] if pages else "").splitlines() if line.strip()]
    if lines and len(pages) == 1:  # of a web page the title alone: further lines may name other models
        lines = lines[:1]
    return [line for line in lines[:FIRST_LINES] if len(line) <= FIRST_LINE_CHARACTERS]


_WRITTEN_MODEL = re.compile(
    r"\b[A-Z][\w®™]*(?:[ -][A-Za-z]+){0,2}[ -]?(?:\d+\w*|[IVX]{2,4})(?: ?[Mm][Kk] ?(?:\d|[IVX]+))?\b"
)


def _recurring(pages: Sequence[str]) -> list[str]:
    """Model numbers that at least a third of the pages name, written like a name."""
    if len(pages) < 2:
        return []
    on_pages: Counter[str] = Counter()
    for text in pages:
        written = {match.group() for match in _WRITTEN_MODEL.finditer(text)}
        on_pages.update({form for name in written for form in model_numbers(name) if _is_named(form)})
    with_text = sum(1 for text in pages if len(text) > 200)
    least = max(min(FEW_PAGES, len(pages)), with_text / 3)
    return [form for form, count in on_pages.most_common(12) if count >= least]


_NOT_MODELS = frozenset(
    "page step figure fig chapter section track channel bank program preset windows port bar bars".split()
)


def _is_named(form: str) -> bool:
    letters = re.sub(r"[\d.]+.*", "", form)
    return len(letters) >= 2 and letters not in _NOT_MODELS and letters not in NO_NAME
