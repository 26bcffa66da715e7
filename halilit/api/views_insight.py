"""Runs and their logs, searches, questions and synonyms: for staff, and tokens that may read."""

from typing import Any, Literal

from django.conf import settings
from django.contrib.auth.models import Group
from django.http import HttpRequest
from ninja import Router, Status
from ninja.responses import codes_4xx

from catalog.access import is_staff
from halilit.models import Scope
from ingestion.models import IngestionRun, IngestLog, Outcome, RunState
from rag import search_log
from rag.models import Answer, LoggedSearch, SearchSynonym

from . import paging, queries
from .auth import needs, token_of
from .schemas import Problem
from .schemas_more import AskedPage, LogPage, Me, RunPage, SearchedPage, SynonymIn, SynonymOut, SynonymPage
from .views_catalog import Words
from .views_worker import run_out

router = Router(tags=["insight"])
SEES_RUNS = needs(Scope.READ, "ingestion.view_ingestionrun")
SEES_SEARCHES = needs(Scope.READ, "rag.view_loggedsearch")
SEES_SYNONYMS = needs(Scope.READ, "rag.view_searchsynonym")
ADDS_SYNONYMS = needs(Scope.EDIT, "rag.add_searchsynonym")
RunStates = Literal["", *RunState.values]  # type: ignore[valid-type]
Outcomes = Literal["", *Outcome.values]  # type: ignore[valid-type]


@router.get("/me", response={200: Me, codes_4xx: Problem})
def me(request: HttpRequest) -> dict[str, Any]:
    """Who asks, and what that caller may do."""
    token = token_of(request)
    if token:
        return {"kind": "token", "name": token.name, "scopes": token.scopes, "roles": [], "a_minute": token.a_minute}
    if is_staff(request.user):
        roles = list(Group.objects.filter(user=request.user.pk).order_by("name").values_list("name", flat=True))
        return {"kind": "staff", "name": request.user.get_username(), "scopes": [], "roles": roles, "a_minute": 0}
    return {"kind": "visitor", "name": "", "scopes": [], "roles": [], "a_minute": settings.API_A_MINUTE}


@router.get("/runs", auth=SEES_RUNS, response={200: RunPage, codes_4xx: Problem})
def list_runs(
    request: HttpRequest,
    brand: Words = "",
    state: RunStates = "",
    cursor: paging.Cursor = "",
    limit: paging.Size = 50,
) -> dict[str, Any]:
    """All scrapes, newest first."""
    rows = IngestionRun.objects.select_related("brand")
    if brand.strip():
        rows = rows.filter(brand=queries.brand_named(brand))
    rows = rows.filter(state=state) if state else rows
    items, following = paging.page(rows, by="-pk", cursor=cursor, limit=limit)
    return {"items": [run_out(run) for run in items], "next": following}


@router.get("/runs/{int:run_id}/log", auth=SEES_RUNS, response={200: LogPage, codes_4xx: Problem})
def run_log(
    request: HttpRequest,
    run_id: int,
    outcome: Outcomes = "",
    cursor: paging.Cursor = "",
    limit: paging.Size = 100,
) -> dict[str, Any]:
    """What became of each URL of one scrape, in the order in which it happened."""
    rows = IngestLog.objects.filter(run=queries.run_numbered(run_id))
    rows = rows.filter(outcome=outcome) if outcome else rows
    items, following = paging.page(rows, by="pk", cursor=cursor, limit=limit)
    return {"items": items, "next": following}


@router.get("/searches", auth=SEES_SEARCHES, response={200: SearchedPage, codes_4xx: Problem})
def list_searches(
    request: HttpRequest, failed: bool = False, cursor: paging.Cursor = "", limit: paging.Size = 50
) -> dict[str, Any]:
    """What people searched for, newest first; with `failed` only what found nothing."""
    rows = LoggedSearch.objects.all()
    rows = rows.filter(results=0) if failed else rows
    items, following = paging.page(rows, by="-searched_at", cursor=cursor, limit=limit)
    own = ("text", "language", "results", "clicks")
    found = [{**{name: getattr(row, name) for name in own}, "id": row.pk, "at": row.searched_at} for row in items]
    return {"items": found, "next": following}


def asked_out(answer: Answer) -> dict[str, Any]:
    own = ("created_at", "question", "language", "state", "abstained", "feedback", "total_ms")
    return {
        **{name: getattr(answer, name) for name in own},
        "id": str(answer.pk),
        "brand": answer.brand.name if answer.brand else "",
        "product": answer.product_id,
        "url": answer.get_absolute_url(),
    }


@router.get("/questions", auth=needs(Scope.READ, "rag.view_answer"), response={200: AskedPage, codes_4xx: Problem})
def list_questions(
    request: HttpRequest, abstained: bool | None = None, cursor: paging.Cursor = "", limit: paging.Size = 50
) -> dict[str, Any]:
    """What people asked, newest first; `abstained`: only what had no answer, or only what had one."""
    rows = Answer.objects.select_related("brand")
    rows = rows if abstained is None else rows.filter(abstained=abstained)
    items, following = paging.page(rows, by="-created_at", cursor=cursor, limit=limit)
    return {"items": [asked_out(answer) for answer in items], "next": following}


def synonym_out(row: SearchSynonym) -> dict[str, Any]:
    words = [word for word in row.synonyms.splitlines() if word.strip()]
    return {"id": row.pk, "term": row.term, "language": row.language, "synonyms": words, "active": row.active}


@router.get("/synonyms", auth=SEES_SYNONYMS, response={200: SynonymPage, codes_4xx: Problem})
def list_synonyms(request: HttpRequest, cursor: paging.Cursor = "", limit: paging.Size = 200) -> dict[str, Any]:
    """Words that mean the same to a searcher, by term."""
    items, following = paging.page(SearchSynonym.objects.all(), by="term", cursor=cursor, limit=limit)
    return {"items": [synonym_out(row) for row in items], "next": following}


@router.post("/synonyms", auth=ADDS_SYNONYMS, response={(200, 201): SynonymOut, codes_4xx: Problem})
def add_synonym(request: HttpRequest, synonym: SynonymIn) -> Status[dict[str, Any]]:
    """A term also finds `means` from now on. 201 where that is new, 200 where it was so already."""
    row, changed = search_log.add_synonym(term=synonym.term, means=synonym.means)
    return Status(201 if changed else 200, synonym_out(row))
