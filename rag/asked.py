"""What people asked and what came of it, for staff: filtered, counted by outcome, grouped by likeness, as a table."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from .care import CuratedAnswer
from .likeness import grouped, normalised
from .models import Answer, AnswerState

MOST_GROUPED = 1_500  # newest answers that are looked at together
BY_VISITOR = "You stopped this answer."
PERIODS = {"7": _("7 days"), "30": _("30 days"), "90": _("90 days"), "": _("all")}
# In the order in which staff care for them.
OUTCOMES = {
    "disliked": _("did not help"),
    "abstained": _("not found"),
    "failed": _("went wrong"),
    "answered": _("answered"),
    "stopped": _("stopped by the visitor"),
    "liked": _("helped"),
}
HEADER = (
    "asked at", "question", "understood as", "outcome", "feedback", "reason", "comment", "brand", "product", "language",
    "provider", "answer", "sources", "notice",
)  # fmt: skip


@dataclass
class Group:
    """Questions that ask the same; `newest` stands for them."""

    newest: Answer
    answers: list[Answer]
    outcomes: Counter[str]
    curated: CuratedAnswer | None = None
    said: list[tuple[str, str]] = field(default_factory=list)  # reasons and comments, each once

    @property
    def count(self) -> int:
        return len(self.answers)

    @property
    def badges(self) -> list[tuple[str, Any, int]]:
        return [(name, label, self.outcomes[name]) for name, label in OUTCOMES.items() if self.outcomes[name]]


@lru_cache(maxsize=1)
def _own_stops() -> list[str]:
    """What a visitor's own stop is called in each language."""
    told = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            told.add(gettext(BY_VISITOR))
    return sorted(told)


def _is(outcome: str) -> Q:
    stopped = Q(state=AnswerState.STOPPED, notice__in=_own_stops())
    failed = ~Q(notice="") & ~stopped & Q(state__in=[AnswerState.DONE, AnswerState.STOPPED])
    return {
        "disliked": Q(feedback=-1),
        "liked": Q(feedback=1),
        "abstained": Q(abstained=True),
        "failed": failed,
        "stopped": stopped,
        "answered": Q(state=AnswerState.DONE, abstained=False),
    }[outcome]


def answers(wanted: Mapping[str, Any]) -> QuerySet[Answer]:
    """`wanted` as forms_care.QuestionsForm cleans it: outcome, brand, language, days, q."""
    rows = Answer.objects.select_related("brand", "product__brand")
    if wanted.get("brand"):
        # Most are asked of no brand: then those count whose answer was found, or nearest, in its documents.
        rows = rows.filter(Q(brand=wanted["brand"]) | Q(brand=None, sources__icontains=wanted["brand"].name))
    if wanted.get("language"):
        rows = rows.filter(language=wanted["language"])
    if wanted.get("days"):
        rows = rows.filter(created_at__gte=timezone.now() - timedelta(days=int(wanted["days"])))
    if wanted.get("q"):
        rows = rows.filter(Q(question__icontains=wanted["q"]) | Q(text__icontains=wanted["q"]))
    return rows.order_by("-created_at")


def counts(wanted: Mapping[str, Any]) -> list[tuple[str, Any, int]]:
    """How many there are of each outcome."""
    found = answers(wanted).order_by().aggregate(**{f"n_{name}": Count("pk", filter=_is(name)) for name in OUTCOMES})
    return [(name, label, found[f"n_{name}"]) for name, label in OUTCOMES.items()]


def of_outcome(wanted: Mapping[str, Any]) -> QuerySet[Answer]:
    return answers(wanted).filter(_is(wanted["outcome"])) if wanted.get("outcome") else answers(wanted)


def groups(wanted: Mapping[str, Any]) -> list[Group]:
    """The newest answers grouped by likeness and product, the most asked first."""
    rows = list(of_outcome(wanted)[:MOST_GROUPED])
    by_product: dict[int | None, list[Answer]] = {}
    for answer in rows:
        by_product.setdefault(answer.product_id, []).append(answer)
    found = [
        _group([some[place] for place in places])
        for some in by_product.values()
        for places in grouped([answer.wording for answer in some])
    ]
    _add_curated(found)
    return sorted(found, key=lambda group: (-group.count, -group.newest.created_at.timestamp()))


def _group(some: list[Answer]) -> Group:
    said = [(str(answer.get_reason_display()), answer.comment) for answer in some if answer.reason or answer.comment]
    return Group(
        some[0], some, Counter(name for answer in some for name in outcomes_of(answer)), said=list(dict.fromkeys(said))
    )


def _add_curated(found: list[Group]) -> None:
    known = {
        (normalised(row.question), row.product_id): row
        for row in CuratedAnswer.objects.order_by("active", "updated_at")
    }
    for group in found:
        key = normalised(group.newest.wording)
        group.curated = known.get((key, group.newest.product_id)) or known.get((key, None))


def outcomes_of(answer: Answer) -> list[str]:
    """The outcomes that an answer counts for."""
    by_visitor = answer.state == AnswerState.STOPPED and answer.notice in _own_stops()
    told = {
        "disliked": answer.feedback == -1,
        "abstained": answer.abstained,
        "failed": bool(answer.notice) and answer.is_over and not by_visitor,
        "answered": answer.state == AnswerState.DONE and not answer.abstained,
        "stopped": by_visitor,
        "liked": answer.feedback == 1,
    }
    return [name for name, holds in told.items() if holds]


def table(wanted: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Rows for a spreadsheet, with a header."""
    yield HEADER
    for answer in of_outcome(wanted).iterator(chunk_size=500):
        cells = (
            answer.created_at.isoformat(timespec="seconds"),
            answer.question,
            answer.asked,
            ", ".join(outcomes_of(answer)),
            answer.feedback,
            answer.reason,
            answer.comment,
            answer.brand.name if answer.brand else "",
            answer.product.name if answer.product else "",
            answer.language,
            answer.provider,
            answer.text,
            "\n".join(f"{each['title']} p. {each['page']}" for each in answer.sources),
            answer.notice,
        )
        yield cells
