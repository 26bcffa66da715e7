"""How good answers are, measured: what they must hold, when they should have abstained, whether citations hold."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from catalog import facsimile, marking
from catalog.models import Document, DocumentPage

from .models import Answer, Evaluation
from .sources import stands_in

MARKED_LEAST, MARKED_MOST = 0.85, 1.2  # of a quote's letters
WORD = 12  # letters: words are marked as a whole
MOST_WORDS = 180  # of an answer that counts: one that quotes half the manual answers nothing


@dataclass(frozen=True)
class Citation:
    """One passage that an answer quotes. `marked`: found in the page's picture; None where there is no picture."""

    document: int
    page: int
    quote: str
    verbatim: bool
    marked: bool | None


@dataclass(frozen=True)
class Graded:
    """`answerable` and `correct` are None where the question set does not say."""

    kind: str
    abstained: bool
    answerable: bool | None
    correct: bool | None
    citations: tuple[Citation, ...] = ()


def citations_of(answer: Answer, *, pictures: bool = True) -> list[Citation]:
    """Every passage that an answer quotes, looked up on its page."""
    return [
        _checked(source, quote, pictures=pictures) for source in answer.sources for quote in source.get("quotes") or []
    ]


def _checked(source: Mapping[str, Any], quote: str, *, pictures: bool) -> Citation:
    pages = DocumentPage.objects.filter(
        document_id=source["document"], number__range=(source["page"], source["last_page"])
    )
    whole = "\n".join(pages.order_by("number").values_list("text", flat=True))
    marked = _is_marked(source, quote) if pictures else None
    verbatim = all(stands_in(line, whole) for line in quote.splitlines())
    return Citation(source["document"], source["page"], quote, verbatim, marked)


def _is_marked(source: Mapping[str, Any], quote: str) -> bool | None:
    document = Document.objects.get(pk=source["document"])
    if not facsimile.has_pictures(document):
        return None
    found = [
        word
        for number in range(source["page"], source["last_page"] + 1)
        for word in marking.quoted(facsimile.words(document, number), [marking.shortened(quote)])
        if word.left < word.right and word.top < word.bottom
    ]
    wanted = marking.folded(quote)[0]
    marked = sum(len(marking.folded(word.text)[0]) for word in found)
    return MARKED_LEAST * len(wanted) <= marked <= MARKED_MOST * len(wanted) + WORD


def grade(record: Mapping[str, Any], answer: Answer, text: str, *, pictures: bool = True) -> Graded:
    """`record` is a question's line of a set; `must_contain` and `answerable` may be missing."""
    answerable, wanted = record.get("answerable"), record.get("must_contain")
    correct = None
    if answerable and wanted:
        correct = not answer.abstained and len(text.split()) <= MOST_WORDS and holds(text, wanted)
    citations = tuple(citations_of(answer, pictures=pictures))
    return Graded(str(record.get("kind", "")), answer.abstained, answerable, correct, citations)


def holds(text: str, groups: Sequence[Sequence[str]]) -> bool:
    """Whether at least one wording of each group stands in the text."""
    said = _plain(text)
    return all(any(_wording(each).search(said) for each in group) for group in groups)


_SMALL = {word: str(n) for n, word in enumerate("zero one two three four five six seven eight nine ten".split())}
del _SMALL["one"]  # mostly a pronoun


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\u00d7", "x").lower()
    text = re.sub("[\u2010-\u2015\u2212\ufffe]", "-", text.replace("\u00ad", ""))
    text = re.sub("[\u201c\u201d\u2033\u05f4\u00bb]", '"', re.sub("[\u2018\u2019\u2032`]", "'", text))
    text = " ".join(re.sub(r"(?<=\d),(?=\d{3}\b)", "", text).split())
    return re.sub(r"[a-z]+", lambda word: _SMALL.get(word.group(), word.group()), text)


def _wording(wording: str) -> "re.Pattern[str]":
    """Spaces and hyphens between words and numbers are free; a number never stands within a longer one."""
    parts = re.findall(r"[^\W\d_]+|\d+(?:\.\d+)*|[^\w\s-]", _plain(wording)) or ["\\0"]
    pattern = r"[\s\-]*".join(re.escape(part) for part in parts)
    if parts[0][0].isdigit():
        pattern = r"(?<!\d)(?<!\d\.)(?<!\d,)" + pattern
    elif len(parts) == 1 and len(parts[0]) <= 3 and parts[0].isalpha():
        pattern = rf"(?<![^\W\d_]){pattern}(?![^\W\d_])"
    return re.compile(pattern + (r"(?!\d)(?!\.\d)" if parts[-1][-1].isdigit() else ""))


def figures(graded: Iterable[Graded]) -> dict[str, float | int | None]:
    """The shares (0 to 1) that a set of graded answers has; None where nothing of the kind was asked."""
    rows = list(graded)
    right = [row.correct for row in rows if row.correct is not None]
    told = [row for row in rows if row.answerable is not None]
    abstained = [row for row in told if row.abstained]
    unanswerable = [row for row in told if not row.answerable]
    cited = [citation for row in rows if not row.abstained for citation in row.citations]
    pictured = [citation.marked for citation in cited if citation.marked is not None]
    return {
        "questions": len(rows),
        "accuracy": _share(right),
        "abstention precision": _share([not row.answerable for row in abstained]),
        "abstention recall": _share([row.abstained for row in unanswerable]),
        "citations": len(cited),
        "verbatim on the cited page": _share([citation.verbatim for citation in cited]),
        "marked in the picture": _share(pictured),
    }


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def keep(name: str, graded: Sequence[Graded]) -> Evaluation:
    """The figures, stored for the report page of the staff."""
    kinds = sorted({row.kind for row in graded if row.kind})
    return Evaluation.objects.create(
        name=name[:200],
        provider=settings.LLM,
        figures=figures(graded),
        kinds={kind: figures(row for row in graded if row.kind == kind) for kind in kinds},
    )


def as_lines(evaluation: Evaluation) -> str:
    """For a terminal: one line for each kind."""
    rows = [("", evaluation.figures), *evaluation.kinds.items()]
    lines = []
    for kind, row in rows:
        values = ", ".join(f"{name} {'–' if value is None else value}" for name, value in row.items())
        lines.append(f"{kind}: {values}" if kind else values)
    return "\n".join(lines)
