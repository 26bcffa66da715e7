"""The last word on the order: what is compared takes turns, and nothing says the same thing twice in a row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .weights import Weights

TURNS = 3  # passages that each product compared gets at the top
OWN = 0.5  # a document is a product's own from this share on
SAME_TEXT = 0.5


@dataclass(frozen=True)
class Candidate:
    """A passage as the index holds it."""

    chunk_id: int
    document_id: int
    page: int
    last_page: int
    language: str
    names: str
    model_numbers: str
    heading: str
    text: str
    mended: str = ""


@dataclass(frozen=True)
class Ranked:
    candidate: Candidate
    score: float
    fits: tuple[float, ...]  # how far its document is about each product compared


def arrange(ranked: Sequence[Ranked], products: int, weights: Weights) -> list[Ranked]:
    """Puts what is ranked best first into the order to show; scores stay as they are."""
    turns = _turns(ranked, products)
    taken = {one.candidate.chunk_id for one in turns}
    return turns + _spread([one for one in ranked if one.candidate.chunk_id not in taken], turns, weights)


def _turns(ranked: Sequence[Ranked], products: int) -> list[Ranked]:
    """In a comparison each product's best passages take turns at the top, as far as all have some of their own."""
    queues: list[list[Ranked]] = [[] for _ in range(products)]
    for one in ranked if products > 1 else ():
        best = max(range(products), key=lambda at: one.fits[at])
        if one.fits[best] >= OWN:
            queues[best].append(one)
    having = [queue[:TURNS] for queue in queues if queue]
    return [one for turn in zip(*having, strict=False) for one in turn] if len(having) > 1 else []


def _spread(ranked: Sequence[Ranked], before: Sequence[Ranked], weights: Weights) -> list[Ranked]:
    """Further passages of the same page or document, and the same text again, give way to others."""
    pages = Counter(_page(one) for one in before)
    documents = Counter(one.candidate.document_id for one in before)
    texts = {_plain(one) for one in before}
    worth: dict[int, float] = {}
    for one in ranked:
        candidate, text = one.candidate, _plain(one)
        factor = weights.same_page ** pages[_page(one)] * weights.same_document ** documents[candidate.document_id]
        worth[candidate.chunk_id] = one.score * factor * (SAME_TEXT if text in texts else 1.0)
        pages[_page(one)] += 1
        documents[candidate.document_id] += 1
        texts.add(text)
    return sorted(ranked, key=lambda one: (-worth[one.candidate.chunk_id], one.candidate.chunk_id))


def _page(one: Ranked) -> tuple[int, int]:
    return one.candidate.document_id, one.candidate.page


def _plain(one: Ranked) -> str:
    return " ".join(one.candidate.text.split())
