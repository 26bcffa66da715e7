"""Writes an answer with a model's words as they come, each sentence checked against the sources that it cites.

Where the model fails, whole sentences that came and hold are kept, and the passages themselves say the rest.
"""

import logging
import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from . import extractive, from_sources, pool, spending
from .advice import advice_for
from .errors import BlockedError, ProviderError, UnconfirmedError
from .kinds import kind_of
from .passage import Passage
from .presentation import compose
from .prompts import NOT_FOUND, PASSAGES, prompt_for
from .providers import Prompt, Provider
from .providers.calling import words_of
from .query import Question
from .sources import CITATION, cited_numbers, cited_only, page_of, source
from .verification import Verifier
from .writer import LeaseLostError, Writer, in_turn

logger = logging.getLogger(__name__)


def write(writer: Writer, question: Question, passages: Sequence[Passage], provider: Provider) -> None:
    """The model's words as they come; where it fails, the extractive answer goes on."""
    used = passages[:PASSAGES]
    verifier, prompt = in_turn(writer, lambda: _prepared(writer, question, used, provider))
    try:
        writer.write(tokens=writer.answer.tokens + spending.reserve(prompt))
        text = _listen(writer, provider, prompt, verifier)
        if text.startswith(NOT_FOUND):
            from_sources.abstain(writer, question, used, provider=provider.name)
        else:
            in_turn(writer, lambda: _finish(writer, used, verifier, text))
    except LeaseLostError:
        raise
    except ProviderError as error:
        fall_back(writer, question, used, error, verifier)
    except Exception as error:
        logger.exception("The provider %s failed in a way that it has no class for", provider.name)
        fall_back(writer, question, used, error, verifier)


def _prepared(
    writer: Writer, question: Question, used: Sequence[Passage], provider: Provider
) -> tuple[Verifier, Prompt]:
    """Show the sources while the model is asked."""
    sources = [source(n, p) for n, p in enumerate(used, 1)]
    writer.write(sources=sources, provider=provider.name, advice=advice_for(writer.answer, []))
    answer = writer.answer
    return Verifier(used), prompt_for(answer.wording, used, language=answer.language, kind=kind_of(question))


def _listen(writer: Writer, provider: Provider, prompt: Prompt, verifier: Verifier) -> str:
    """Show what the model says as it grows; the word by which it abstains is never shown."""
    pool.give_back()
    text = ""
    writer.polish = verifier.so_far
    for piece in words_of(provider, prompt, silence=settings.LLM_TIMEOUT):
        text += piece
        opening = text.strip()
        hidden = NOT_FOUND.startswith(opening) or opening.startswith(NOT_FOUND)
        writer.show("" if hidden else text)
    return text.strip()


def _finish(writer: Writer, used: Sequence[Passage], verifier: Verifier, text: str) -> None:
    """Raises UnconfirmedError where no sentence holds: what a model made up is not shown as an answer."""
    verified = verifier.whole(text.replace(NOT_FOUND, ""))
    if not verified.confirmed:
        raise UnconfirmedError(f"{verified.unconfirmed} sentences, none of them confirmed")
    sources = [_source(n, passage, verified.quotes.get(n, [])) for n, passage in enumerate(used, 1)]
    tokens = writer.answer.tokens + spending.tokens_of(text)
    writer.finish(verified.text, sources=cited_only(sources, verified.text), tokens=tokens)


def _source(number: int, passage: Passage, quotes: list[str]) -> dict[str, Any]:
    """A source with the sentences that carry what was said, on their own page where all stand on one."""
    pages = {page_of(passage, quote) for quote in quotes}
    return source(number, passage, quotes, pages=pages.pop() if len(pages) == 1 else None)


def fall_back(
    writer: Writer, question: Question, passages: Sequence[Passage], error: Exception, verifier: Verifier | None = None
) -> None:
    """Keep the whole sentences that came, and finish from the passages themselves, with a notice that says so."""
    reason: Promise | str = error.notice if isinstance(error, ProviderError) else ProviderError.notice
    if isinstance(error, ProviderError):
        logger.warning("Answer %s: %s: %s", writer.answer.pk, type(error).__name__, error)
    if writer.text:
        writer.write(tokens=writer.answer.tokens + spending.tokens_of(writer.text))
    kept = "" if isinstance(error, (BlockedError, UnconfirmedError)) else whole_sentences(writer.text)
    verified = verifier.whole(kept) if verifier and kept else None
    if verified is None or not verified.confirmed:
        notice = f"{reason} " + _("The answer below was put together from the sources themselves.")
        from_sources.write(writer, question, passages, notice=notice)
        return
    notice = f"{reason} " + _("What it had said is kept; the rest comes from the sources themselves.")
    found = extractive.extract(question, passages)
    numbers = {piece: piece.passage + 1 for piece in found.pieces}
    text = verified.text if found.abstained else f"{verified.text}\n\n{compose(found, numbers, passages)}"
    sources = [
        _source(n, passage, [*verified.quotes.get(n, []), *found.quotes(n - 1)])
        for n, passage in enumerate(passages, 1)
    ]
    writer.finish(text, sources=cited_only(sources, text), notice=notice)


def whole_sentences(text: str) -> str:
    """The text up to the end of its last whole sentence; nothing where no sentence of it is cited."""
    ends = [match.end() for match in re.finditer(r"[.!?](?:\s*\[[\d, ]+\])*(?=\s)", text + " ")]
    kept = text[: ends[-1]].strip() if ends else ""
    return kept if cited_numbers(kept) and CITATION.search(kept) else ""
