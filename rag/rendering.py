"""An answer's plain text as HTML: paragraphs, lists, emphasis, and citations that lead to their sources.

Everything is escaped first; the text may come from a model or a document, so it can hold no markup of its own.
"""

import re
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from catalog.templatetags.support import direction

from .claims import UNCONFIRMED
from .models import Answer
from .sources import CITATION

BULLET = re.compile(r"^\s*[-*•]\s+")
STEP = re.compile(r"^\s*(\d{1,2})[.)]\s+")
RULE = re.compile(r"^[\s:|-]+$")  # between a table's head and its rows
STRONG = re.compile(r"\*\*(.+?)\*\*")


def answer_html(answer: Answer, place: str = "") -> SafeString:
    """`place` sets the anchors of its sources apart from those of other answers on the same page."""
    titles = {source["n"]: (f"{place}source-{source['n']}", _title(source)) for source in answer.sources}
    blocks = re.split(r"\n\s*\n", answer.text.strip())
    html = "".join(_block(block.split("\n"), titles) for block in blocks if block.strip())
    return mark_safe(_advice(answer.advice) + html)  # noqa: S308


def _advice(lines: str) -> str:
    """What comes before the answer: dangers, and what is discontinued."""
    note = '<p class="advice" role="note" dir="{}">{}</p>'
    return "".join(format_html(note, direction(line), line) for line in lines.splitlines())


def _title(source: dict[str, Any]) -> str:
    if source.get("paged"):
        return _("Source %(n)s: %(title)s, page %(page)s") % source
    return _("Source %(n)s: %(title)s") % source


def _block(lines: list[str], titles: dict[int, tuple[str, str]]) -> str:
    """Runs of list items become lists, of rows tables, of other lines paragraphs."""
    runs = groupby(lines, key=_kind)
    return "".join(_RUNS[kind](list(run), titles) for kind, run in runs)


def _kind(line: str) -> str:
    if line.lstrip().startswith("|"):
        return "table"
    return "ul" if BULLET.match(line) else "ol" if STEP.match(line) else "p"


def _paragraph(lines: list[str], titles: dict[int, tuple[str, str]]) -> str:
    said = "<br>".join(_inline(line, titles) for line in lines)
    return f'<p dir="{direction(" ".join(lines))}">{said}</p>'


def _bullets(lines: list[str], titles: dict[int, tuple[str, str]]) -> str:
    return "<ul>" + "".join(_item(BULLET.sub("", line), titles) for line in lines) + "</ul>"


def _steps(lines: list[str], titles: dict[int, tuple[str, str]]) -> str:
    """The source's own numbers, which may begin later than with 1."""
    first = STEP.match(lines[0])
    start = int(first.group(1)) if first else 1
    return f'<ol start="{start}">' + "".join(_item(STEP.sub("", line), titles) for line in lines) + "</ol>"


def _item(text: str, titles: dict[int, tuple[str, str]]) -> str:
    return f'<li dir="{direction(text)}">{_inline(text, titles)}</li>'


def _table(lines: list[str], titles: dict[int, tuple[str, str]]) -> str:
    """The first row and the first column head the others."""
    rows = [_cells(line) for line in lines if not RULE.match(line)]
    head = "".join(_cell('th scope="col"', cell, titles) for cell in rows[0]) if rows else ""
    body = "".join(f"<tr>{_row(cells, titles)}</tr>" for cells in rows[1:])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(cells: list[str], titles: dict[int, tuple[str, str]]) -> str:
    label, *values = cells
    return _cell('th scope="row"', label, titles) + "".join(_cell("td", cell, titles) for cell in values)


def _cell(tag: str, text: str, titles: dict[int, tuple[str, str]]) -> str:
    return f'<{tag} dir="{direction(text)}">{_inline(text, titles)}</{tag[:2]}>'


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


_RUNS = {"p": _paragraph, "ul": _bullets, "ol": _steps, "table": _table}


def _inline(text: str, titles: dict[int, tuple[str, str]]) -> str:
    marked = STRONG.sub(r"<strong>\1</strong>", escape(text.strip()))
    contact = escape(settings.CONTACT_URL)
    linked = marked.replace(contact, f'<a href="{contact}">{contact.removeprefix("https://")}</a>')
    cited = CITATION.sub(lambda match: _citations(match, titles), linked)
    return cited.replace(
        UNCONFIRMED, format_html('<span class="unconfirmed">{}</span>', _("not confirmed by the source"))
    )


def _citations(match: "re.Match[str]", titles: dict[int, tuple[str, str]]) -> str:
    """Links for the sources that there are; a number without a source is not shown, as it would only seem to prove."""
    numbers = [int(number) for number in match.group(1).split(",")]
    links = (
        format_html('<a class="citation" href="#{}" title="{}">{}</a>', *titles[n], n) for n in numbers if n in titles
    )
    return "".join(conditional_escape(link) for link in links)
