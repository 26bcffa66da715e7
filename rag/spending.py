"""What models have cost today, in tokens, and whether there is something left of the day's limit.

Counted from the answers' own rows, so that it holds over all processes and restarts. About: a token is taken for 3.5
characters, which is somewhat too many for English and too few for Hebrew.
"""

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from .errors import SpentError
from .models import Answer
from .providers import Prompt

CHARACTERS = 3.5  # of a token, about


def tokens_of(*texts: str) -> int:
    return round(sum(map(len, texts)) / CHARACTERS)


def tokens_today() -> int:
    """Since midnight in the site's time zone."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    spent = Answer.objects.filter(created_at__gte=midnight, tokens__gt=0).aggregate(spent=Sum("tokens"))["spent"]
    return int(spent or 0)


def reserve(prompt: Prompt) -> int:
    """The tokens of a prompt that is about to be sent. Raises SpentError where the day's limit would be passed."""
    wanted, limit = tokens_of(prompt.system, prompt.user), settings.LLM_TOKENS_A_DAY
    if limit and tokens_today() + wanted > limit:
        raise SpentError(f"the limit of {limit} tokens a day (HALILIT_LLM_TOKENS_A_DAY) is reached")
    return wanted
