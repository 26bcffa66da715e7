"""What the invented brand says: products, news and manuals, read from the files in content/."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "content"


@dataclass(frozen=True)
class Block:
    """A piece of a manual. `kind` is section, text, steps, list, table or note; a table's items are rows of cells."""

    kind: str
    items: tuple[Any, ...]


@dataclass(frozen=True)
class Chapter:
    """Begins on a page of its own."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Manual:
    file: str
    title: str
    label: str
    products: tuple[str, ...]
    chapters: tuple[Chapter, ...]

    @property
    def path(self) -> str:
        return f"/files/manuals/{self.file}"


@dataclass(frozen=True)
class DemoProduct:
    """One product. `markup` says how its page tells its data (jsonld, microdata, plain, script)."""

    slug: str
    name: str
    family: str
    sku: str
    price: str
    status: str
    markup: str
    layout: str
    tagline: str
    description: tuple[str, ...]
    features: tuple[str, ...]
    specs: tuple[tuple[str, str], ...]
    draw: dict[str, Any] = field(hash=False)
    manuals: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"/products/{self.family}/{self.slug}/"

    @property
    def pictures(self) -> tuple[str, str]:
        return f"/media/{self.slug}.png", f"/media/{self.slug}-detail.png"


@dataclass(frozen=True)
class Content:
    brand: dict[str, Any]
    products: dict[str, DemoProduct]
    manuals: dict[str, Manual]

    def family_products(self, family: str) -> list[DemoProduct]:
        return [product for product in self.products.values() if product.family == family]


MARKS = (("- ", "list"), ("! ", "note"), ("| ", "table"))
STEP = re.compile(r"\d+\. ")


def line_block(line: str) -> tuple[str, Any]:
    """Kind and content of one line of a manual's text."""
    if line.startswith("## "):
        return "section", line[3:]
    if step := STEP.match(line):
        return "steps", line[step.end() :]
    for mark, kind in MARKS:
        if line.startswith(mark):
            rest = line[len(mark) :]
            return kind, tuple(cell.strip() for cell in rest.rstrip("|").split("|")) if kind == "table" else rest
    return "text", line


def parse_chapter(text: str) -> Chapter:
    """A chapter from its text: the heading's line, then one block a line; neighbours of one kind are one block."""
    heading, *lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    blocks: list[Block] = []
    for line in lines:
        kind, item = line_block(line)
        if blocks and blocks[-1].kind == kind and kind in ("steps", "list", "table"):
            blocks[-1] = Block(kind, (*blocks[-1].items, item))
        else:
            blocks.append(Block(kind, (item,)))
    return Chapter(heading, tuple(blocks))


def parse_manual(text: str) -> Manual:
    """A manual from its file: `name: value` lines, then chapters that begin with `# `."""
    head, *chapters = re.split(r"^# ", text, flags=re.MULTILINE)
    fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return Manual(
        file=fields["file"],
        title=fields["title"],
        label=fields["label"],
        products=tuple(fields["products"].split()),
        chapters=tuple(parse_chapter(chapter) for chapter in chapters),
    )


def tuples(value: Any) -> Any:
    return tuple(tuples(item) for item in value) if isinstance(value, list) else value


@cache
def load() -> Content:
    """Everything, read once."""
    products = [
        DemoProduct(**{name: tuples(value) for name, value in record.items()})
        for record in json.loads((FOLDER / "products.json").read_text("utf-8"))
    ]
    manuals = [parse_manual(path.read_text("utf-8")) for path in sorted((FOLDER / "manuals").glob("*.txt"))]
    return Content(
        brand=json.loads((FOLDER / "brand.json").read_text("utf-8")),
        products={product.slug: product for product in products},
        manuals={manual.file: manual for manual in manuals},
    )
