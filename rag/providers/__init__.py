"""Language models behind one small interface, one file each, imported when first used.

A provider's module has `create() -> Provider`, which reads the settings and raises `MisconfiguredError` where they
do not do. To add one, copy the most similar file and name it in MODULES.
"""

from importlib import import_module

from django.conf import settings

from .base import Prompt, Provider

__all__ = ["EXTRACTIVE", "MODULES", "Prompt", "Provider", "configured_provider", "provider_named"]

# No model at all: answers are put together from the sentences of the sources (rag.extractive).
EXTRACTIVE = "extractive"

MODULES = {
    "gemini": "rag.providers.gemini",
    "google-genai": "rag.providers.google_genai",
    "openai": "rag.providers.openai",
}


def configured_provider() -> Provider | None:
    """The provider that the settings choose, None for `extractive`. Raises MisconfiguredError."""
    return None if settings.LLM == EXTRACTIVE else provider_named(settings.LLM)


def provider_named(name: str) -> Provider:
    """The provider of that name. Raises MisconfiguredError, KeyError for a name that there is not."""
    provider: Provider = import_module(MODULES[name]).create()
    return provider
