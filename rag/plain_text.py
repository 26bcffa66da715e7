"""An answer as plain text, to be pasted into a letter: what was asked and said, and where each page stands."""

from typing import Any
from urllib.parse import urljoin

from django.utils.translation import gettext as _
from django.utils.translation import override

from .models import Answer
from .sources import page_address


def plain_text(answer: Answer, *, base: str) -> str:
    """`base` is the address of this site."""
    with override(answer.language or "en"):
        parts = [answer.question]
        if answer.asked:
            parts.append(_("Understood as: %(question)s") % {"question": answer.asked})
        parts += [each.strip() for each in (answer.advice, answer.text, answer.notice) if each.strip()]
        if answer.sources:
            heading = _("Nearest pages") if answer.abstained else _("Sources")
            parts.append("\n".join([f"{heading}:", *(_line(source, base) for source in answer.sources)]))
    return "\n\n".join(parts) + "\n"


def _line(source: dict[str, Any], base: str) -> str:
    title = f"{source['brand']}: {source['title']}"
    if source.get("paged"):
        title += ", " + _("page %(page)s") % {"page": source["page"]}
    address = urljoin(base, page_address(source))
    original = str(source.get("url") or "")
    if original.startswith(("http://", "https://")):
        address += f"\n    {original}" + (f"#page={source['page']}" if source.get("paged") else "")
    return f"[{source['n']}] {title}\n    {address}"
