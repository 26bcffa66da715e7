"""Lists that go on by a button or by scrolling: the address that carries their next part, or that scripts load it."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from ..addresses import host_of, normalise_url, page_number
from .dom import Page, ancestors, squeeze
from .records import Link

# What a button says that shows more of a list, and what one says that must never be clicked. The browser has both too.
PHRASES = (
    "load(ing)? more", r"(show|view|see|display|get) (\d+ )?more", r"next \d+",
    "more (products|results|items|articles|posts|downloads|manuals|news)",
    "טען עוד", "טעינת עוד", "הצג עוד", "הציגו עוד", "הצגת עוד", "ראה עוד", "ראו עוד", "עוד (מוצרים|תוצאות|פריטים)",
    "mehr (laden|anzeigen)", "weitere .{0,20}(laden|anzeigen)", "(charger|afficher|voir) plus",
    "plus de (produits|résultats)", "(cargar|mostrar|ver) más", "(carica|mostra) (altri|altro|di più)", "carregar mais",
    "meer (laden|tonen)", "もっと見る", "さらに表示", "加载更多", "查看更多", "더 ?보기",
)  # fmt: skip
WORDS = rf"^[\s+»›↓▼]*({'|'.join(PHRASES)})(?![a-z])"
HARM = (
    "buy|cart|basket|checkout|order|delete|remove|log ?in|sign|subscribe|review|comment|accept|agree|cookie"
    "|קנה|לסל|הסר|מחק|כניסה|ביקורת"
)
SAYS_MORE, HARMFUL = re.compile(WORDS, re.I), re.compile(HARM, re.I)
SOME_WORD = re.compile("more|next|עוד|mehr|weitere|plus|más|altr|mais|meer|もっと|さらに|更多|더", re.I)
BUTTONS = (
    "button, [role=button], input[type=button], a:not([href]), a[href^='#'], a[href^='javascript:'], a[data-url],"
    " a[data-href], a[data-next], a[data-next-url]"
)
CARRIES = (
    "hx-get", "data-hx-get", "data-url", "data-href", "data-next", "data-next-url", "data-page-url",
    "data-load-more-url", "data-ajax-url",
)  # fmt: skip
FETCHED_LATER = "[hx-get], [data-hx-get], turbo-frame[src], [data-next-url]"
SEEN = re.compile(r"revealed|intersect|load", re.I)
ELSEWHERE = re.compile(r"(^|[-_ ])(reviews?|comments?|cookies?|cart|instagram|testimonials?)($|[-_ ])", re.I)
# An element that is there to be scrolled to.
SENTINEL = (
    "[class*=infinite], [id*=infinite], [data-infinite], [class*=load-more], [class*=loadmore], [id*=load-more],"
    " [class*=sentinel], [id*=sentinel]"
)
WATCHES = re.compile(r"IntersectionObserver|onscroll|(addEventListener|\.on)\(\s*['\"]scroll|\$\(window\)\.scroll")
ASKS = re.compile(r"\bfetch\(|XMLHttpRequest|\$\.(get|ajax|post|getJSON)|axios")
SHOWN_OF = re.compile(
    r"(?:\d+\s*[-–]\s*)?(\d+)\s*(?:of|out of|from|von|sur|de|di|מתוך)\s*(\d+)\s*"
    r"(?:products?|items?|results?|articles?|produkte|artikel|produits|productos|prodotti|מוצרים|תוצאות|פריטים)",
    re.I,
)
ENOUGH = 4  # links that make a list


def more_links(page: Page, base: str) -> Iterator[Link]:
    """Addresses from which a button, or an element that loads when it is seen, takes the next part of the list."""
    for node in [*buttons(page), *page.tree.css(FETCHED_LATER)]:
        attributes = node.attributes
        trigger = attributes.get("hx-trigger") or attributes.get("data-hx-trigger") or ""
        by_htmx = attributes.get("hx-get") or attributes.get("data-hx-get")
        if by_htmx and not SEEN.search(trigger) and not is_more(node, page):
            continue
        raw = next((value for name in CARRIES if (value := attributes.get(name))), "")
        raw = raw or (attributes.get("src") or "" if node.tag == "turbo-frame" else "")
        target = normalise_url(raw, base) if raw and not raw.startswith(("#", "javascript:")) else None
        if target and host_of(target) and ("/" in raw or raw.startswith("?")):
            yield Link(target, "", "head")


def buttons(page: Page) -> list[LexborNode]:
    return [node for node in page.tree.css(BUTTONS) if is_more(node, page)]


def is_more(node: LexborNode, page: Page) -> bool:
    """Whether a button shows more of a list: by its words, and by where it stands."""
    attributes = node.attributes
    words = squeeze(node.text(deep=True) or attributes.get("value") or attributes.get("aria-label"))
    if len(words) > 60 or not SAYS_MORE.match(words) or HARMFUL.search(f"{words} {attributes.get('class') or ''}"):
        return False
    if "aria-expanded" in attributes or page.in_frame(node):
        return False
    around = list(ancestors(node))[:6]
    if any(ELSEWHERE.search(f"{n.attributes.get('class') or ''} {n.attributes.get('id') or ''}") for n in around):
        return False
    return any(len(n.css("a[href]")) >= ENOUGH - 1 for n in around[:5] if n.tag not in ("body", "html"))


def goes_on(page: Page, source: str) -> bool:
    """Whether a list shows its next part by scripts alone: no link and no address leads there."""
    if page.main is None:
        return False
    links = [node.attributes.get("href") or "" for node in page.main.css("a[href]")]
    if len(links) < ENOUGH or page.tree.css_first("link[rel=next], a[rel=next]") is not None:
        return False
    if any("page" in link and page_number(normalise_url(link, "http://host/") or "") is not None for link in links):
        return False
    return has_evidence(page, source) and next(more_links(page, "http://host/"), None) is None


def has_evidence(page: Page, source: str) -> bool:
    if SOME_WORD.search(source) and buttons(page):
        return True
    for node in page.tree.css(SENTINEL):
        if page.in_main(node) and not node.css("img") and len(squeeze(node.text(deep=True))) < 40:
            return True
    if any(int(shown) < int(whole) for shown, whole in SHOWN_OF.findall("\n".join(page.lines)[:20_000])):
        return True
    if not WATCHES.search(source):
        return False
    scripts = (node.text() or "" for node in page.tree.css("script:not([src])"))
    return any(WATCHES.search(script) and ASKS.search(script) for script in scripts)
