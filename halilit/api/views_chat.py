"""Questions and their answers: as JSON, or as an event stream where Accept asks for one."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import codes_4xx

from catalog.models import Product
from halilit.models import Scope
from rag import visitors
from rag.answer import ask, produce
from rag.models import Answer, Conversation
from rag.stream import follow

from . import queries
from .auth import has_scope
from .problems import TooOften
from .schemas import ChatIn, ChatOut, Problem
from .views_search import page_url

router = Router(tags=["search and answers"])


def conversation_of(identity: str | None) -> Conversation | None:
    if not identity:
        return None
    try:
        return Conversation.objects.get(pk=UUID(identity))
    except (ValueError, Conversation.DoesNotExist):
        raise Http404(_("There is no such conversation. Leave it out to begin one.")) from None


def product_of(identity: int | None) -> Product | None:
    if identity is None:
        return None
    product = Product.objects.select_related("brand").filter(pk=identity, hidden=False).first()
    if product is None:
        raise Http404(_("There is no such product. /api/brands/{id}/products lists them."))
    return product


def begin(request: HttpRequest, chat: ChatIn) -> Answer:
    """Raises TooOften where a visitor without a token has asked too often."""
    if not has_scope(request, Scope.ASK) and (too_often := visitors.refusal(request)):
        raise TooOften(too_often.message, too_often.seconds)
    return ask(
        chat.question,
        brand=queries.brand_named(chat.brand) if chat.brand else None,
        product=product_of(chat.product),
        language=chat.language,
        conversation=conversation_of(chat.conversation),
    )


def finish(request: HttpRequest, chat: ChatIn) -> dict[str, Any]:
    answer = begin(request, chat)
    produce(answer)
    return answer_out(answer)


def answer_out(answer: Answer) -> dict[str, Any]:
    own = ("question", "asked", "advice", "abstained", "provider", "notice", "language")
    return {
        **{field: getattr(answer, field) for field in own},
        "id": str(answer.pk),
        "conversation": str(answer.conversation_id),
        "answer": answer.text,
        "sources": [each | {"url": page_url(each["document"], each["page"])} for each in answer.sources],
        "url": answer.get_absolute_url(),
    }


def event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder)}\n\n".encode()


def change(shown: str, text: str) -> bytes:
    """What to add to the shown text; a text that was begun anew replaces it."""
    if text.startswith(shown):
        return event("text", {"text": text[len(shown) :]})
    return event("replace", {"text": text})


async def events(answer: Answer) -> AsyncIterator[bytes]:
    """`start`, then `text` (to be added) or `replace`, then `done` with the whole answer as JSON gives it."""
    yield event("start", {"id": str(answer.pk), "conversation": str(answer.conversation_id)})
    shown = ""
    async for state in follow(answer.pk):
        if state is None:
            yield b": still here\n\n"
            continue
        if state.text != shown:
            yield change(shown, state.text)
            shown = state.text
        if state.is_over:
            yield event("done", answer_out(state))


@router.post("/chat", response={200: ChatOut, codes_4xx: Problem})
async def chat(request: HttpRequest, chat: ChatIn) -> Any:
    """Answer a question from the brands' own material. With `Accept: text/event-stream` the answer comes as events:
    `start`, `text` (to be added), `replace`, and `done` with the whole answer."""
    if "text/event-stream" not in request.headers.get("Accept", ""):
        return await sync_to_async(finish)(request, chat)
    answer = await sync_to_async(begin)(request, chat)
    response = StreamingHttpResponse(events(answer), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    response["Content-Encoding"] = "identity"  # whatever compresses would hold the words back
    return response
