"""What a model is asked, written as templates in templates/rag/prompts/."""

import re
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.template.loader import render_to_string

from .kinds import GENERAL
from .providers import Prompt

if TYPE_CHECKING:
    from .passage import Passage

# What the model says when the sources do not answer.
NOT_FOUND = "NOT_IN_SOURCES"
PASSAGES = 8  # at most, in a prompt
PASSAGE_LENGTH = 2500  # characters at most, each

LANGUAGE_NAMES = {"en": "English", "he": "Hebrew"}


def prompt_for(question: str, passages: Sequence["Passage"], *, language: str, kind: str = GENERAL) -> Prompt:
    """The prompt for the first PASSAGES passages, numbered from 1; `kind` is one of rag.kinds.KINDS.

    Document text is untrusted. It stands between marks that carry a random word, so that no document can end its own
    part and go on as if it were us.
    """
    context = {
        "form": f"rag/prompts/{kind}.txt",
        "language": LANGUAGE_NAMES.get(language, "the language of the question"),
        "not_found": NOT_FOUND,
        "mark": f"source-{secrets.token_hex(4)}",
        "question": question,
        "sources": [
            {
                "n": n,
                "passage": passage,
                "text": _plain(passage.text)[:PASSAGE_LENGTH],
                "title": _plain(_title(passage)),
            }
            for n, passage in enumerate(passages[:PASSAGES], 1)
        ],
    }
    return Prompt(
        system=render_to_string("rag/prompts/system.txt", context).strip(),
        user=render_to_string("rag/prompts/question.txt", context).strip(),
    )


def _title(passage: "Passage") -> str:
    products = ", ".join(passage.product_names[:3])
    return " / ".join(part for part in (passage.brand_name, products, passage.document_title, passage.heading) if part)


def _plain(text: str) -> str:
    """Without control characters, and without what looks like our marks."""
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", text)
    return re.sub(r"<(/?\s*source)", r"‹\1", text, flags=re.IGNORECASE)
