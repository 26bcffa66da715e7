"""A stream follows an answer's row: it replays what is there, shows what comes, and ends with an event that closes it.

Each event carries a whole part of the page, not a difference. A reader who loses the connection and comes back, or
opens a second tab, therefore sees each word once, and nothing is asked twice: there is one producer a row.
"""

from collections.abc import AsyncIterator
from functools import partial
from uuid import UUID

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.views.decorators.http import require_GET

from . import hub, pool
from .models import Answer
from .producers import attend, is_produced_here
from .rendering import answer_html

POLL = 0.25  # seconds between looks at a row that another process writes
KEEP_ALIVE = 15.0  # seconds of silence after which proxies and the browser are told that we are still there


@require_GET
async def answer_stream(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """Server-sent events (HTML Living Standard, 9.2): status, sources, text, controls; then close."""
    found = await _look(pk)
    if found is None:
        raise Http404
    context = {"csrf_token": get_token(request), "share_key": found.conversation.share_key}
    events = _events(pk, context, language=get_language() or "en")
    response = StreamingHttpResponse(events, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    response["Content-Encoding"] = "identity"  # whatever compresses would hold the words back
    return response


async def follow(pk: UUID) -> AsyncIterator[Answer | None]:
    """The states of an answer, the last one over; None when there was nothing new for KEEP_ALIVE seconds."""
    pool.leave_thread()
    with hub.following(pk) as box:
        shown = await _look(pk)
        quiet = 0.0
        while shown is not None:
            yield shown
            if shown.is_over:
                return
            newest = None
            while newest is None:
                wait = KEEP_ALIVE if is_produced_here(pk) else POLL
                newest = await box.next(wait)
                if newest is None:
                    looked = await _look(pk)
                    newest = looked if looked is None or _differs(looked, shown) else None
                    quiet = quiet + wait if newest is None else 0.0
                    if looked is None:
                        return
                if quiet >= KEEP_ALIVE:
                    quiet = 0.0
                    yield None
            shown = newest


def _differs(one: Answer, other: Answer) -> bool:
    return (one.state, one.text, one.notice, len(one.sources)) != (
        other.state,
        other.text,
        other.notice,
        len(other.sources),
    )


async def _look(pk: UUID) -> Answer | None:
    return await pool.read(partial(_read, pk))


def _read(pk: UUID) -> Answer | None:
    """The row; if nobody writes it, somebody is told to."""
    answer = Answer.objects.select_related("conversation").filter(pk=pk).first()
    if answer is not None:
        attend(answer)
    return answer


async def _events(pk: UUID, context: dict[str, str], *, language: str) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    sent: dict[str, int] = {}  # by part, the hash of what the reader has: five hundred readers' pages would fill memory
    frame: tuple[object, ...] = ()
    async for answer in follow(pk):
        if answer is None:
            yield ": still here\n\n"
            continue
        before, frame = frame, _frame(answer)
        given = None if frame == before else context
        parts = await pool.drawn(partial(_drawn, answer, given, language))
        for name, html in parts.items():
            if sent.get(name) != hash(html):
                sent[name] = hash(html)
                yield event(name, html)
    yield event("close", "")


def _frame(answer: Answer) -> tuple[object, ...]:
    """What all but the text depends on: mostly only the text has grown, and the rest need not be drawn again."""
    return (answer.state, answer.asked, answer.notice, answer.abstained, answer.feedback, answer.sources)


def _drawn(answer: Answer, given: dict[str, str] | None, language: str) -> dict[str, str]:
    """The text alone where nothing is given: nothing else has changed."""
    with override(language):
        return {"text": answer_html(answer)} if given is None else _parts(answer, given)


def _parts(answer: Answer, given: dict[str, str]) -> dict[str, str]:
    """The parts of the page that change, in the order in which a reader needs them."""
    context = given | {"answer": answer}
    return {
        "understood": render_to_string("rag/_answer_understood.html", context),
        "status": render_to_string("rag/_answer_status.html", context),
        "sources": render_to_string("rag/_answer_sources.html", context),
        "text": answer_html(answer),
        "controls": render_to_string("rag/_answer_controls.html", context),
    }


def event(name: str, html: str) -> str:
    lines = html.replace("\r", "").split("\n")
    return f"event: {name}\n" + "".join(f"data: {line}\n" for line in lines) + "\n"
