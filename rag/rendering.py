"""An answer's plain text as HTML: paragraphs, lists, emphasis, and citations that lead to their sources.

Everything is escaped first; the text may come from a model or a document, so it can hold no markup of its own.
"""

import re
from typing import Any

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .claims import UNCONFIRMED
from .models import Answer
from .sources import CITATION

BULLET = re.compile(r"^\s*[-*•]\s+")
STEP = re.compile(r"^\s*(\d{1,2})[.)]\s+")
STRONG = re.compile(r"\*\*(.+?)\*\*")


def answer_html(answer: Answer, place: str = "") -> SafeString:
    """`place` sets the anchors of its sources apart from those of other answers on the same page."""
    titles = {source["n"]: (f"{place}source-{source['n']}", _title(source)) for source in answer.sources}
    blocks = re.split(r"\n\s*\n", answer.text.strip())
    return mark_safe("".join(_block(block.split("\n"), titles) for block in blocks if block.strip()))  # noqa: S308


def _title(source: dict[str, Any]) -> str:
    if source.get("paged"):
        return _("Source %(n)s: %(title)s, page %(page)s") % source
    return _("Source %(n)s: %(title)s") % source


def _block(lines: list[str], titles: dict[int, tuple[str, str]]) -> str:
    """Lines of one block: runs of list items become lists, runs of other lines a paragraph."""
    html, kind = [], ""
    for line in lines:
        step = STEP.match(line)
        now = "ul" if BULLET.match(line) else "ol" if step else "p"
        if now != kind:
            html += [_end(kind), _start(now, step)]
        inner = _inline(line if now == "p" else BULLET.sub("", STEP.sub("", line)), titles)
        if now != "p":
            inner = f'<li dir="auto">{inner}</li>'
        elif now == kind:
            inner = f"<br>{inner}"
        html.append(inner)
        kind = now
    return "".join([*html, _end(kind)])


def _start(kind: str, step: "re.Match[str] | None") -> str:
    if kind == "ol" and step:
        return f'<ol start="{int(step.group(1))}">'
    return '<p dir="auto">' if kind == "p" else f"<{kind}>"


def _end(kind: str) -> str:
    return f"</{kind}>" if kind else ""


def _inline(text: str, titles: dict[int, tuple[str, str]]) -> str:
    marked = STRONG.sub(r"<strong>\1</strong>", escape(text.strip()))
    cited = CITATION.sub(lambda match: _citations(match, titles), marked)
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
