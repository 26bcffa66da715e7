"""Conversations: what was said before, who may read it, and a follow-up's wording where no rule is sure of it."""

import logging
import re
import secrets
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.template.loader import render_to_string

from catalog.models import Document
from catalog.naming import model_numbers

from . import spending
from .errors import ProviderError
from .followup import MOST_TURNS, Resolved, Turn, resolve
from .models import Answer, Conversation
from .named import without_kind
from .providers import Prompt, Provider, breaker, configured_provider
from .providers.limits import limited

if TYPE_CHECKING:
    from .writer import Writer

logger = logging.getLogger(__name__)

MOST_SHOWN = 30  # earlier turns of a conversation on its page
SILENCE, TOTAL = 5.0, 10.0  # seconds for a model to complete a follow-up
LONGEST = 300  # characters of a completed question


def turns_of(conversation: Conversation, *, before: Answer | None = None) -> list[Turn]:
    """The last turns, oldest first, up to but without an answer."""
    rows = conversation.answers.select_related("brand", "product__brand").order_by("-created_at")
    if before is not None:
        rows = rows.filter(created_at__lt=before.created_at)
    return [_turn(answer) for answer in reversed(rows[:MOST_TURNS])]


def _turn(answer: Answer) -> Turn:
    cited = next(iter(answer.sources), None) if not answer.abstained else None
    return Turn(answer.wording, answer.language, answer.brand, answer.product, _about(cited) if cited else "")


def _about(source: dict[str, Any]) -> str:
    """The product of a cited document, where it is of one; else the document's title."""
    document = Document.objects.filter(pk=source["document"]).first()
    names = list(document.products.values_list("name", flat=True)[:2]) if document else []
    return names[0] if len(names) == 1 else without_kind(str(source.get("title") or ""))


def earlier(answer: Answer) -> QuerySet[Answer]:
    """The turns before this one, oldest first."""
    rows = Answer.objects.filter(conversation_id=answer.conversation_id, created_at__lt=answer.created_at)
    newest = rows.order_by("-created_at").values("pk")[:MOST_SHOWN]
    return Answer.objects.filter(pk__in=newest).select_related("brand", "product__brand").order_by("created_at")


def share(conversation: Conversation) -> str:
    """The key of a link under which it may be read; the same one until it is revoked."""
    Conversation.objects.filter(pk=conversation.pk, share_key="").update(share_key=secrets.token_urlsafe(32))
    conversation.refresh_from_db(fields=["share_key"])
    return conversation.share_key


def revoke(conversation: Conversation) -> None:
    """The link that was given leads nowhere from now on; a new one will be another."""
    Conversation.objects.filter(pk=conversation.pk).update(share_key="")
    conversation.share_key = ""


def shared(key: str) -> Conversation | None:
    return Conversation.objects.filter(share_key=key).first() if key else None


def reworded(writer: "Writer") -> str:
    """The question to answer. Where rules only put the subject beside a follow-up, a configured model completes it."""
    answer = writer.answer
    if not answer.asked:
        return answer.question
    turns = turns_of(answer.conversation, before=answer)
    meant = Resolved(answer.question, answer.language, answer.brand, answer.product)
    if not resolve(answer.question, turns, meant).guessed:
        return answer.asked
    try:
        provider = configured_provider()
        said = _completed(provider, answer.question, turns, writer) if provider else ""
    except ProviderError as error:
        logger.warning("Answer %s: its question stays as the rules have it: %s", answer.pk, error)
        said = ""
    if said:
        writer.write(asked=said)
    return said or answer.asked


def _completed(provider: Provider, question: str, turns: list[Turn], writer: "Writer") -> str:
    """The model's wording; empty where it is no question of one line, or names a model that nobody named."""
    context = {"question": question, "turns": turns}
    prompt = Prompt(
        system=render_to_string("rag/prompts/follow_up_system.txt", context).strip(),
        user=render_to_string("rag/prompts/follow_up.txt", context).strip(),
    )
    breaker.check(provider.name, tries=False)
    writer.write(tokens=writer.answer.tokens + spending.reserve(prompt))
    pieces = []
    for piece in limited(provider, prompt, silence=SILENCE, total=TOTAL):
        pieces.append(piece)
        writer.show("")
    said = re.sub(r"^[\"“”'\s]+|[\"“”'\s]+$", "", "".join(pieces))
    heard = {number for text in (question, *(turn.question for turn in turns)) for number in model_numbers(text)}
    heard |= {number for turn in turns if turn.product for number in model_numbers(turn.product.name)}
    sound = said and "\n" not in said and len(said) <= LONGEST and set(model_numbers(said)) <= heard
    return said if sound else ""
