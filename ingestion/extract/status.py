"""Whether a page says that its product is no longer made, and what has taken its place."""

import re

from .dom import Page, text_of
from .trail import short_lines, shown_breadcrumb

DISCONTINUED = re.compile(
    r"^\W*(now )?discontinued\b|[(\[]\s*discontinued\s*[)\]]|\bstatus:? discontinued\b|\b(has|have) been discontinued\b"
    r"|\b(this|the) (\w+ ){1,4}(is|was|are) (\w+ )?discontinued\b|\bit (is|was) (now )?discontinued\b"
    r"|\bdiscontinued (product|model|item)s?\b"
    r"|\bno longer (available|in production|made|produced|manufactured|sold)\b|\blegacy products?\b|\bend of life\b"
    r"|\barchived? products?\b|\bnicht mehr (erhältlich|lieferbar|produziert|hergestellt)"
    r"|\bauslaufmodell|produktion eingestellt"
    r"|n[’']est plus (disponible|fabriqué|produit)|\bdescatalogad|\bfuori produzione"
    r"|הופסק (ה)?ייצור|ייצורו הופסק|(אינו|לא) מיוצר|ירד מייצור|מוצר ישן",
    re.I,
)
SUCCESSOR = re.compile(
    r"\b(replaced by|superseded by|succeeded by|successor( is|:)?|ersetzt durch|nachfolger( ist|:)?"
    r"|remplacé par|sostituito da|reemplazado por)\s+(the |den |die |das |le |la |il |el )?(?P<name>[^.,;!?()]{2,60})"
    r"|הוחלף ב(?P<he>[^.,;!?()]{2,60})",
    re.I,
)


def is_discontinued(page: Page, name: str) -> bool:
    """Said by the heading, the breadcrumb, a notice or a short line; a question says nothing."""
    return any(DISCONTINUED.search(line) for line in statements(page) if "?" not in line)


def statements(page: Page) -> list[str]:
    marks = page.main.css("[class*=badge], [class*=status], [class*=notice], [class*=label]") if page.main else []
    notices = [text_of(node) for node in marks[:60] if not page.in_frame(node)]
    return [
        page.title(),
        page.heading(),
        *shown_breadcrumb(page),
        *(n for n in notices if len(n) < 160),
        *short_lines(page)[:12],
    ]


def successor_of(page: Page) -> str:
    """The name of what has taken its place, where the page says so in a short line; else ""."""
    for node in page.main.css("p, li, div, span")[:400] if page.main is not None else []:
        text = text_of(node)
        if len(text) > 300 or page.in_frame(node) or (found := SUCCESSOR.search(text)) is None:
            continue
        linked = [name for a in node.css("a[href]") if (name := text_of(a)) and text.find(name) > found.start()]
        return (linked[0] if linked else (found["name"] or found["he"])).strip()[:200]
    return ""
