"""Puts an extractive answer's pieces into words on the page: whose they are, in which order, and where each stands.

Nothing is added but names of documents and the frame of a table; every piece stays word for word.
"""

import re
from collections.abc import Mapping, Sequence, Set

from django.conf import settings
from django.utils.translation import gettext as _

from .abstain import missing_models
from .claims import UNCONFIRMED
from .contrast import LABELLED
from .extractive import Extract, Piece
from .passage import Passage
from .query import Question
from .sources import CITATION
from .words import is_stop, question_words

MOST_WORDS = 5  # of a question put shorter
WRITTEN = re.compile(r"[^\W_]+(?:[-./][^\W_]+)*")  # a model's number with what joins its parts
MODEL = re.compile(r"[^\W\d_]-?\d")  # a letter, then a number
PREFIX = re.compile(r"^[\u05d0-\u05ea]{1,2}-(?=[A-Za-z0-9])")  # Hebrew's, before a name in Latin letters
COMPARED = 2  # products side by side; more would not fit a telephone
LIKE_CITATION = re.compile(f"{CITATION.pattern}|{re.escape(UNCONFIRMED)}")


def compose(found: Extract, numbers: Mapping[Piece, int], passages: Sequence[Passage]) -> str:
    """The answer's text: under each document's name its pieces, and behind each the number of its source."""
    if table := compared(found, numbers, passages):
        return table
    parts: list[str] = []
    documents: dict[int, list[Piece]] = {}
    for piece in found.pieces:
        documents.setdefault(passages[piece.passage].document_id, []).append(piece)
    for pieces in documents.values():
        parts.append(f"**{named(passages[pieces[0].passage])}**")
        parts += [f"{plain(piece.quote)} [{numbers[piece]}]" for piece in pieces]
    return "\n\n".join(parts)


def named(passage: Passage) -> str:
    """Its product and its document, each once."""
    title = plain(" ".join(passage.document_title.replace("**", "").split()))
    product = passage.product_names[0] if len(passage.product_names) == 1 else ""
    if not product or product.casefold() in title.casefold():
        return title
    return f"{plain(product)} – {title}"


def compared(found: Extract, numbers: Mapping[Piece, int], passages: Sequence[Passage]) -> str:
    """A table of labelled lines, a column a product; "" where they are not all labelled, or have no label in common."""
    columns: dict[int, dict[str, tuple[str, str]]] = {}
    for piece in found.pieces:
        column = columns.setdefault(passages[piece.passage].document_id, {})
        for line in piece.lines:
            match = LABELLED.match(line)
            if not match:
                return ""
            label, value = match.group(1).strip(), match.group(2).strip()
            column.setdefault(label.casefold(), (label, f"{_cell(value)} [{numbers[piece]}]"))
    if len(columns) != COMPARED or not set.intersection(*map(set, columns.values())):
        return ""
    titles = {passage.document_id: named(passage) for passage in passages}
    labels = {key: label for column in columns.values() for key, (label, _value) in column.items()}
    head = ["", *(_cell(titles[document]) for document in columns)]
    rows = [
        [_cell(label), *(column.get(key, ("", "–"))[1] for column in columns.values())] for key, label in labels.items()
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))


def _cell(text: str) -> str:
    return plain(text).replace("|", "/")


def plain(text: str) -> str:
    """What looks like a citation in the source's own text must not become one: a word joiner goes unseen."""
    return LIKE_CITATION.sub(lambda match: match.group().replace("[", "[\u2060"), text)


def no_answer(question: Question, lack: str, passages: Sequence[Passage]) -> str:
    """What to say where nothing answers: what is missing, how to ask again, and whom to ask."""
    said = [_("The manuals and pages that we have do not answer this.")]
    if lack == "model" and (models := missing_models(question.text, passages)):
        said.append(
            _("None of them mentions “%(model)s”; check how it is written on the device.") % {"model": models[0]}
        )
    elif shorter := fewer_words(question):
        said.append(_("Ask again in fewer words, such as “%(words)s”, with the exact model name.") % {"words": shorter})
    else:
        said.append(_("Ask again with the exact model name."))
    if passages:
        said.append(_("The nearest pages are listed here; they may still help."))
    contact = _("Our service department will help too: %(address)s")
    return plain(" ".join([*said, contact % {"address": settings.CONTACT_URL}]))


def _tells(word: str, known: Set[str]) -> bool:
    return any(part in known and not is_stop(part) for part in question_words(word))


def fewer_words(question: Question) -> str:
    """The question's words that documents know, written as they were; "" where they know none or all."""
    known = {term.text for term in question.terms if not term.guessed}
    written = [PREFIX.sub("", word) for word in WRITTEN.findall(question.text)]
    left = [word for word in written if MODEL.search(word) or _tells(word, known)]
    return " ".join(left[:MOST_WORDS]) if len(left) < len(written) else ""
