"""The name of what a page shows, rid of the site's name, a shop's marks and numbers."""

import re

from .dom import Page, squeeze
from .structured import Structured, first_text
from .trail import shown_breadcrumb

# Marks of a shop, not of the model.
PREFIX = re.compile(r"^(sale|new|sold out|clearance|discontinued|legacy|neu|nouveau|מבצע|חדש)\s*[:!–|-]+\s*", re.I)
TRAILING_PRICE = re.compile(r"\s+(from )?[$£€₪]\s?\d[\d.,]*$", re.I)
TRAILING_MARK = re.compile(
    r"\s*[-–|(\[]?\s*(\(discontinued\)|(sku|art\.?[ -]?(no|nr)\.?|item (no\.?|number)|mpn|מק[\"״']ט)"
    r"\s*[:#.]\s*[\w./-]+)\s*[)\]]?$"
    r"|\s*\[[A-Z0-9][A-Z0-9./-]{2,20}\]$",
    re.I,
)
SEPARATORS = re.compile(r"(\s+[|–—•·»:-]{1,2}\s+|\s*::\s*|\s*\|\s*)")


def slug_of(text: str) -> str:
    return re.sub(r"[^a-z0-9א-ת]+", "-", re.sub(r"[®™©]", "", text).lower()).strip("-")


def clean_name(text: str, brand: str = "") -> str:
    """A product's name without the site's name, a shop's mark or line breaks; its own signs and spelling stay."""
    text = TRAILING_PRICE.sub("", PREFIX.sub("", squeeze(text)))
    if brand:
        text = without_brand(text, brand)
    return TRAILING_MARK.sub("", text).strip(" |–—-")[:300]


def without_brand(text: str, brand: str) -> str:
    """A window's title without the parts at its ends that name the site."""
    parts = SEPARATORS.split(text)
    first, whole = slug_of(brand).split("-")[0], slug_of(brand)

    def names_site(part: str, mark: str) -> bool:
        slug = slug_of(part)
        if not slug:
            return False
        return slug == whole or (bool(first) and first in slug.split("-") and (mark.strip() != "-" or whole in slug))

    while len(parts) >= 3 and names_site(parts[-1], parts[-2]):
        parts = parts[:-2]
    while len(parts) >= 3 and slug_of(parts[0]) in (whole, first):
        parts = parts[2:]
    return "".join(parts)


def page_name(page: Page, structured: Structured, brand: str) -> str:
    """The heading that visitors see; else the structured name, the shared title, or the window's title."""
    name = clean_name(page.heading(), "")
    if name and not (page.has_own_heading or agrees(name, page, brand)):
        name = ""
    if name:
        return longer_name(name, page, brand)
    if len(structured.products) == 1:
        return clean_name(first_text(structured.products[0].get("name")), brand)
    titled = clean_name(page.meta("og:title") or page.title(), brand) or clean_name(page.heading(), "")
    return titled if slug_of(titled) != slug_of(brand) else ""


def agrees(name: str, page: Page, brand: str) -> bool:
    """Whether a heading of a lower level names the page: it shares words with the window's title, where that says
    more than whose site it is."""
    title = slug_of(clean_name(page.meta("og:title") or page.title(), brand))
    return title in ("", slug_of(brand)) or bool(set(slug_of(name).split("-")) & set(title.split("-")))


def longer_name(name: str, page: Page, brand: str) -> str:
    """The heading with the number that it leaves out, where window title and breadcrumb agree on one."""
    titled = clean_name(page.title(), brand)
    added = titled.removeprefix(name).strip()
    if titled.startswith(f"{name} ") and re.fullmatch(r"(mk ?)?[\divx]{1,4}", added, re.I):
        steps = [slug_of(step) for step in shown_breadcrumb(page)]
        if slug_of(titled) in steps:
            return titled
    return name
