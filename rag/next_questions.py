"""Questions that a manual does answer, drawn from its own headings, to be offered beside it.

Each was asked of the extractive answer when it was made, and is kept only where that answer came from the section under
its heading. They are made once for each state of a document, when somebody first looks, and read from then on.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence

from catalog.models import Document, DocumentKind, Product

from .extractive import extract
from .heading_questions import questions_of
from .likeness import normalised
from .models import Answer, Chunk, DocumentQuestions, IndexedDocument
from .named import named, spoken_of, without_kind
from .query import understand
from .retrieve import retrieve

LANGUAGES = ("en", "he")
KEPT = 4  # questions a document and language
TRIED = 25
OFFERED = 4
LOOKED_AT = 3  # documents
PASSAGES = 6
HEADINGS = 400  # passages of a manual that are looked at
KINDS = (DocumentKind.MANUAL, DocumentKind.QUICK_START, DocumentKind.FAQ, DocumentKind.DATASHEET)
_making = threading.Lock()


def for_product(product: Product, language: str, *, make: bool = False) -> list[str]:
    """What its own manuals answer; with `make`, those that were not asked yet are asked now."""
    rows = product.documents.filter(gone_since=None, hidden=False, kind__in=KINDS).order_by("kind", "pk")
    order = {kind: n for n, kind in enumerate(KINDS)}
    documents = sorted(rows.values_list("pk", "kind"), key=lambda row: order[DocumentKind(row[1])])
    return _offered([pk for pk, _kind in documents[:LOOKED_AT]], language, make=make)


def for_answer(answer: Answer, language: str, *, make: bool = False) -> list[str]:
    """What else the documents answer that the answer cites, besides what was asked in this conversation."""
    cited = list(dict.fromkeys(source["document"] for source in answer.sources))[:LOOKED_AT]
    asked = {normalised(text) for row in answer.conversation.answers.values_list("question", "asked") for text in row}
    return _offered(cited, language, make=make, without=asked)


def newest(language: str) -> list[str]:
    """Some that were made last, one a document."""
    made = DocumentQuestions.objects.order_by("-made_at")[: 4 * OFFERED]
    return [row.questions[language][0] for row in made if row.questions.get(language)][:OFFERED]


def _offered(ids: Sequence[int], language: str, *, make: bool, without: Iterable[str] = ()) -> list[str]:
    known = _known(ids)
    if make:
        known |= _make([pk for pk in ids if pk not in known])
    seen, offered = set(without), []
    for question in _in_turn([known.get(pk, {}).get(language, []) for pk in ids]):
        if normalised(question) not in seen:
            seen.add(normalised(question))
            offered.append(question)
    return offered[:OFFERED]


def _in_turn(lists: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first of each, then the second of each."""
    for n in range(max(map(len, lists), default=0)):
        yield from (one[n] for one in lists if n < len(one))


def _known(ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """Those that were made of the present state of their documents."""
    states = dict(IndexedDocument.objects.filter(pk__in=ids).values_list("pk", "fingerprint"))
    rows = DocumentQuestions.objects.filter(pk__in=ids)
    return {row.pk: row.questions for row in rows if row.fingerprint == states.get(row.pk)}


def _make(ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """One maker a process: another visitor meanwhile is offered what there is."""
    if not ids or not _making.acquire(blocking=False):
        return {}
    try:
        states = dict(IndexedDocument.objects.filter(pk__in=ids).values_list("pk", "fingerprint"))
        documents = Document.objects.filter(pk__in=states).select_related("brand")
        return {document.pk: _made(document, states[document.pk]) for document in documents}
    finally:
        _making.release()


def _made(document: Document, fingerprint: str) -> dict[str, list[str]]:
    chunks = list(Chunk.objects.filter(document=document).order_by("order")[:HEADINGS])
    name = _subject(document)
    questions = {language: _answered(document, chunks, name, language) if name else [] for language in LANGUAGES}
    DocumentQuestions.objects.update_or_create(
        document=document, defaults={"fingerprint": fingerprint, "questions": questions}
    )
    return questions


def _subject(document: Document) -> str:
    """What its questions are about: its one product, or the model that its title names, or is but for `User Guide`."""
    products = list(document.products.filter(hidden=False).values_list("name", flat=True)[:2])
    if len(products) == 1:
        return str(products[0])
    whole = without_kind(document.title)
    names = spoken_of(named(document.title))
    return next((name for name in names if name == whole or any(sign.isdigit() for sign in name)), "")


def _answered(document: Document, chunks: Sequence[Chunk], name: str, language: str) -> list[str]:
    """Questions of the headings whose answer does come from the passage under that heading."""
    candidates: dict[str, int] = {}
    for chunk in chunks:
        if chunk.language in ("", "en", language):
            for heading in _headings(chunk):
                for question in questions_of(heading, name, language):
                    candidates.setdefault(question, chunk.pk)
    kept: list[str] = []
    for question, chunk_id in list(candidates.items())[:TRIED]:
        if len(kept) < KEPT and _comes_from(question, document, chunk_id):
            kept.append(question)
    return kept


def _headings(chunk: Chunk) -> list[str]:
    """The headings of a passage: the last of the path, and those of further short sections."""
    return [part.split(" › ")[-1] for part in chunk.heading.split(" · ") if part]


def _comes_from(question: str, document: Document, chunk_id: int) -> bool:
    passages = retrieve(question, brand=document.brand, limit=PASSAGES)
    found = extract(understand(question), passages)
    taken = {passages[piece.passage].chunk_id for piece in found.pieces}
    return not found.abstained and chunk_id in taken
