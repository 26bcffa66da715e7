"""How an answer is made: `ask` creates its row, `produce` finds the sources and writes the text, once."""

import re
import time

from django.utils.translation import gettext as _
from django.utils.translation import override

from catalog.models import Brand, Product

from . import curated, from_model, from_sources, pool, reuse
from .conversation import reworded, turns_of
from .errors import ProviderError
from .followup import Resolved, resolve
from .forms_ask import MAX_QUESTION
from .models import Answer, Conversation
from .passage import Passage
from .providers import configured_provider
from .query import Question, understand
from .retrieve import retrieve
from .writer import LeaseLostError, Writer, growing, in_turn

RETRIEVED = 12  # passages


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
    lease = pool.written(answer.take)
    if lease is None:
        return
    writer = Writer(answer, lease)
    with override(answer.language), growing():
        try:
            _fill(writer, fresh=fresh)
        except LeaseLostError:
            answer.refresh_from_db()
        except Exception:
            answer.stop(_("Something went wrong on our side, and this answer is not complete. Please ask again."))
            raise


def _fill(writer: Writer, *, fresh: bool) -> None:
    wording = reworded(writer)
    found = in_turn(writer, lambda: _given_or_found(writer, wording, fresh=fresh))
    if found is None:
        return
    question, passages = found
    try:
        provider = configured_provider() if passages else None
    except ProviderError as error:
        from_model.fall_back(writer, question, passages, error)
        return
    if provider is None:
        from_sources.write(writer, question, passages)
    else:
        from_model.write(writer, question, passages, provider)


def _given_or_found(writer: Writer, wording: str, *, fresh: bool) -> tuple[Question, list[Passage]] | None:
    """The passages to answer from; None where there was an answer already, and it is given."""
    key = reuse.key_of(writer.answer)
    if _given(writer, key, fresh=fresh):
        return None
    question = understand(wording)
    return question, _find(writer, question, key)


def _given(writer: Writer, key: str, *, fresh: bool) -> bool:
    """Whether there was an answer already: one that staff wrote, or the same question's."""
    if written := curated.curated_for(writer.answer):
        text, sources = curated.curated_text(written)
        writer.finish(text, sources=sources, provider="curated")
    elif not fresh and (given := reuse.given_before(key)):
        same = {name: getattr(given, name) for name in ("sources", "provider", "abstained")}
        writer.finish(given.text, reuse_key=key, reused=True, **same)
    else:
        return False
    return True


def _find(writer: Writer, question: Question, key: str) -> list[Passage]:
    answer, started = writer.answer, time.monotonic()
    passages = retrieve(question, brand=answer.brand, product=answer.product, limit=RETRIEVED)
    writer.write(retrieval_ms=round((time.monotonic() - started) * 1000), reuse_key=key)
    return passages
