"""How an answer is made: `ask` creates its row, `produce` finds the sources and writes the text, once."""

import logging
import re
import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalog.models import Brand, Product

from . import curated, extractive
from .conversation import reworded, turns_of
from .errors import BlockedError, ProviderError
from .followup import Resolved, resolve
from .forms_ask import MAX_QUESTION
from .models import Answer, Conversation
from .passage import Passage
from .prompts import NOT_FOUND, PASSAGES, prompt_for
from .providers import EXTRACTIVE, Provider, configured_provider
from .providers.limits import limited
from .query import Question, understand
from .retrieve import retrieve
from .sources import CITATION, cited_numbers, cited_only, page_of, source
from .writer import LeaseLostError, Writer

logger = logging.getLogger(__name__)

RETRIEVED = 12  # passages
NEAREST = 3  # pages offered where nothing answers


def language_of(question: str) -> str:
    """`he` for a question with Hebrew letters, else `en`; names of models are Latin in both."""
    return "he" if re.search(r"[\u05d0-\u05ea]", question) else "en"


def ask(
    question: str,
    *,
    brand: Brand | None = None,
    product: Product | None = None,
    language: str = "",
    conversation: Conversation | None = None,
    literal: bool = False,
) -> Answer:
    """A new answer that waits to be produced. `language` is that of the answer; empty means that of the question.

    In a conversation the question is completed from what was said before, unless it is meant literally.
    """
    question = question.strip()[:MAX_QUESTION]
    meant = Resolved(
        question, language or language_of(question), brand or (product.brand if product else None), product
    )
    if conversation is not None and not literal:
        meant = resolve(question, turns_of(conversation), meant)
    return Answer.objects.create(
        conversation=conversation or Conversation.objects.create(language=meant.language),
        question=question,
        asked=meant.question[:MAX_QUESTION] if meant.question != question else "",
        language=meant.language,
        brand=meant.brand,
        product=meant.product,
    )


def answer_now(
    question: str,
    *,
    brand: Brand | None = None,
    product: Product | None = None,
    language: str = "",
    fresh: bool = False,
) -> Answer:
    """Ask and produce in this thread; returns the finished answer. `fresh`: not one that was given before."""
    answer = ask(question, brand=brand, product=product, language=language)
    produce(answer, fresh=fresh)
    return answer


def produce(answer: Answer, *, fresh: bool = False) -> None:
    """Fill the row until it is done. Does nothing where another producer has it or it is over."""
    lease = answer.take()
    if lease is None:
        return
    writer = Writer(answer, lease)
    with override(answer.language):
        try:
            _fill(writer, fresh=fresh)
        except LeaseLostError:
            answer.refresh_from_db()
        except Exception:
            answer.stop(_("Something went wrong on our side, and this answer is not complete. Please ask again."))
            raise


def _fill(writer: Writer, *, fresh: bool) -> None:
    answer = writer.answer
    if written := curated.curated_for(answer):
        text, sources = curated.curated_text(written)
        writer.finish(text, sources=sources, provider="curated")
        return
    question = understand(reworded(writer))
    passages = _find(writer, question)
    try:
        provider = configured_provider() if passages else None
    except ProviderError as error:
        _fall_back(writer, question, passages, error)
        return
    if provider is None:
        _write_extract(writer, question, passages)
    else:
        _write_with_model(writer, question, passages, provider)


def _find(writer: Writer, question: Question) -> list[Passage]:
    answer, started = writer.answer, time.monotonic()
    passages = retrieve(question, brand=answer.brand, product=answer.product, limit=RETRIEVED)
    writer.write(retrieval_ms=round((time.monotonic() - started) * 1000))
    return passages


def _write_extract(writer: Writer, question: Question, passages: Sequence[Passage], *, notice: str = "") -> None:
    """The answer put together from the passages' own sentences, or the nearest pages."""
    found = extractive.extract(question, passages)
    if found.abstained:
        _abstain(writer, passages, provider=EXTRACTIVE, notice=notice)
        return
    numbers, sources = _numbered(passages, found)
    writer.write(sources=sources, provider=EXTRACTIVE, notice=notice)
    writer.finish(extractive.compose(found, numbers))


def _numbered(
    passages: Sequence[Passage], found: extractive.Extract
) -> tuple[dict[extractive.Piece, int], list[dict[str, Any]]]:
    """The number of the source of each piece, one source a page; and the sources."""
    numbers: dict[extractive.Piece, int] = {}
    sources: dict[tuple[int, int, int], dict[str, Any]] = {}
    for piece in found.pieces:
        passage = passages[piece.passage]
        pages = page_of(passage, piece.quote)
        place = (passage.document_id, *pages)
        if place not in sources:
            sources[place] = source(len(sources) + 1, passage, pages=pages)
        sources[place]["quotes"].append(piece.quote)
        numbers[piece] = sources[place]["n"]
    return numbers, list(sources.values())


def _abstain(writer: Writer, passages: Sequence[Passage], *, provider: str, notice: str = "") -> None:
    """Say that the material does not answer, and offer the nearest pages."""
    nearest = list({(p.document_id, p.page): p for p in reversed(passages)}.values())[::-1][:NEAREST]
    sources = [source(n, passage) for n, passage in enumerate(nearest, 1)]
    text = _("The manuals and pages that we have do not answer this.") + " "
    if nearest:
        text += _("The nearest pages are listed here; they may still help. Or ask again with the exact model name.")
    else:
        text += _("Ask again with the exact model name, or ask our service department.")
    writer.finish(text, sources=sources, provider=provider, abstained=True, notice=notice)


def _write_with_model(writer: Writer, question: Question, passages: Sequence[Passage], provider: Provider) -> None:
    """The model's words as they come; where it fails, the extractive answer goes on."""
    used = passages[:PASSAGES]
    writer.write(sources=[source(n, p) for n, p in enumerate(used, 1)], provider=provider.name)
    prompt = prompt_for(writer.answer.wording, used, language=writer.answer.language)
    try:
        text = _listen(writer, provider, prompt)
    except LeaseLostError:
        raise
    except ProviderError as error:
        _fall_back(writer, question, used, error)
    except Exception as error:
        logger.exception("The provider %s failed in a way that it has no class for", provider.name)
        _fall_back(writer, question, used, error)
    else:
        if text.startswith(NOT_FOUND):
            _abstain(writer, used, provider=provider.name)
        else:
            writer.finish(text, sources=cited_only(writer.answer.sources, text))


def _listen(writer: Writer, provider: Provider, prompt: object) -> str:
    """Show what the model says as it grows; the word by which it abstains is never shown."""
    text = ""
    for piece in limited(provider, prompt, silence=settings.LLM_TIMEOUT):  # type: ignore[arg-type]
        text += piece
        opening = text.strip()
        hidden = NOT_FOUND.startswith(opening) or opening.startswith(NOT_FOUND)
        writer.show("" if hidden else text)
    return text.strip()


def _fall_back(writer: Writer, question: Question, passages: Sequence[Passage], error: Exception) -> None:
    """Keep the whole sentences that came, and finish from the passages themselves, with a notice that says so."""
    reason: Promise | str = error.notice if isinstance(error, ProviderError) else ProviderError.notice
    if isinstance(error, ProviderError):
        logger.warning("Answer %s: %s: %s", writer.answer.pk, type(error).__name__, error)
    notice = f"{reason} " + _("The answer below was put together from the sources themselves.")
    kept = "" if isinstance(error, BlockedError) else whole_sentences(writer.text)
    if not kept:
        _write_extract(writer, question, passages, notice=notice)
        return
    notice = f"{reason} " + _("What it had said is kept; the rest comes from the sources themselves.")
    found = extractive.extract(question, passages)
    numbers = {piece: piece.passage + 1 for piece in found.pieces}
    text = f"{kept}\n\n{extractive.compose(found, numbers)}" if not found.abstained else kept
    sources = [source(n, p, found.quotes(n - 1)) for n, p in enumerate(passages, 1)]
    writer.finish(text, sources=cited_only(sources, text), notice=notice)


def whole_sentences(text: str) -> str:
    """The text up to the end of its last whole sentence; nothing where no sentence of it is cited."""
    ends = [match.end() for match in re.finditer(r"[.!?](?:\s*\[[\d, ]+\])*(?=\s)", text + " ")]
    kept = text[: ends[-1]].strip() if ends else ""
    return kept if cited_numbers(kept) and CITATION.search(kept) else ""
