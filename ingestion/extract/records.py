"""What extraction gives: plain records without a database behind them."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class FetchedPage:
    """A page as it was fetched. `url` is where it was found after redirects; `html` its decoded text."""

    url: str
    html: str
    brand: str = ""
    link_header: str = ""


@dataclass(frozen=True)
class Link:
    """A link of a page. `region` is 'main' or 'frame' (header, navigation, footer); `heading` stands above it.

    Links that nobody sees have the region 'head' or 'script'. `language` is what the link says of its target
    (hreflang); `file` that it hands out a document, whatever its address looks like.
    """

    url: str
    text: str
    region: str = "main"
    heading: str = ""
    language: str = ""
    file: bool = False


@dataclass(frozen=True)
class SpecRecord:
    label: str
    value: str
    section: str = ""
    source: str = ""  # the layout that it was read from: table, definitions, rows, lines or heading


@dataclass(frozen=True)
class DocumentLink:
    """A link to a manual or another file. `certain`: its address already says that it is a PDF."""

    url: str
    title: str
    kind: str
    certain: bool
    language: str = ""


@dataclass(frozen=True)
class PictureRecord:
    url: str
    alt: str = ""


@dataclass(frozen=True)
class StoredPicture:
    """A picture as it is kept; width and height in pixels."""

    webp: bytes
    width: int
    height: int


@dataclass(frozen=True)
class ProductRecord:
    """A product as its page states it: `evidence` says what made it a product page, `aliases` are other names."""

    name: str
    sku: str = ""
    gtin: str = ""
    description: str = ""
    price: Decimal | None = None
    currency: str = ""
    family: str = ""
    discontinued: bool = False
    successor: str = ""
    specifications: tuple[SpecRecord, ...] = ()
    documents: tuple[DocumentLink, ...] = ()
    pictures: tuple[PictureRecord, ...] = ()
    evidence: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extraction:
    """All that one page says. `kind` is product, listing, article, manuals, home, legal, frame, fragment
    (a part that scripts load) or page."""

    title: str
    kind: str
    language: str
    text: str
    canonical: str = ""
    links: tuple[Link, ...] = ()
    documents: tuple[DocumentLink, ...] = ()
    product: ProductRecord | None = None
    no_index: bool = False
    no_follow: bool = False
    stated_language: str = ""  # what <html lang> says; `language` is that of the text, where it can be told
    evidence: tuple[str, ...] = field(default=())
