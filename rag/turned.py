"""Whether a claim turns round the sense of the sentence that it rests on: `supports` for `does not support`, `at least`
for `up to`, `off` for `on`. Words alone don't tell: most of them are the same."""

import re

from .stems import stem_all, words
from .words import cleaned, is_stop, question_words

NEGATION = re.compile(
    r"\b(?:not|never|no|none|nor|neither|without|cannot|unable|lacks?|un(?:supported|available|necessary)|"
    r"in(?:compatible|valid)|impossible)\b|n['’]t\b|(?<!\w)ו?ש?(?:לא|אין|אינו|אינה|אינם|אינן|ללא|בלי|אי אפשר)(?!\w)",
    re.IGNORECASE,
)
# `no more than` and `not only` deny nothing.
DENIES_NOTHING = re.compile(
    r"\b(?:no(?:t)? (?:more|less|fewer|later|only|just)|no\.|no matter|if not|not sure)\b", re.IGNORECASE
)
# What holds only in some case says nothing of whether the rest is so.
CONDITION = re.compile(
    r"\b(?:if|when|whenever|unless|in case|while|once)\b[^,;:.]*[,;:]?|(?<!\w)(?:אם|כאשר|כש)[^,;:.]*"
)
SCOPE = 3  # words of its own behind a negation that it denies
OPPOSITES = [
    (
        r"up to|at most|maximum|max|no more than|or less|עד|לכל היותר",
        r"at least|minimum|min|or more|no less than|לפחות",
    ),
    (r"on", r"off"),
    (r"enabl\w*", r"disabl\w*"),
    (r"activat\w*", r"deactivat\w*"),
    (r"increas\w*|raise\w*|higher", r"decreas\w*|lower\w*|reduc\w*"),
    (r"left", r"right"),
    (r"before", r"after"),
    (r"clockwise", r"(?:counter|anti)-?clockwise"),
    (r"input\w*", r"output\w*"),
    (r"internal\w*", r"external\w*"),
    (r"included|includes?|comes with", r"optional|sold separately|excluded|not included"),
    (r"lock\w*", r"unlock\w*"),
    (r"balanced", r"unbalanced"),
]
_OPPOSITES = [
    tuple(re.compile(rf"(?<![\w-])(?:{side})(?![\w-])", re.IGNORECASE) for side in pair) for pair in OPPOSITES
]


def is_turned(claim: str, carrier: str) -> bool:
    """Whether a claim says the contrary of the sentence that carries it best."""
    return _denied_otherwise(claim, carrier) or any(
        _only(one, other, claim) and _only(other, one, carrier) for one, other in _both_ways()
    )


def _both_ways() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    return [pair for one, other in _OPPOSITES for pair in ((one, other), (other, one))]


def _only(one: re.Pattern[str], other: re.Pattern[str], text: str) -> bool:
    return bool(one.search(text)) and not other.search(text)


def _denied_otherwise(claim: str, carrier: str) -> bool:
    """Whether one of them denies what the other one says without any denial."""
    said, stands = _unconditional(claim), _unconditional(carrier)
    if bool(NEGATION.search(said)) == bool(NEGATION.search(stands)):
        return False
    denying, plain = (said, stands) if NEGATION.search(said) else (stands, said)
    if re.search(r"[\u05d0-\u05ea]", claim) and not re.search(r"[\u05d0-\u05ea]", carrier):
        return True  # the words can't be compared, and one of two that say the same denies it
    denied = _denied(denying)
    return bool(denied) and bool(denied & set(_stems(plain)))


def _unconditional(text: str) -> str:
    return CONDITION.sub(" ", DENIES_NOTHING.sub(" ", cleaned(text)))


def _denied(text: str) -> set[str]:
    """The stems of what each negation denies: the word before `not included` is none of them."""
    ends = [match.end() for match in NEGATION.finditer(text)]
    whole = {part for match in NEGATION.finditer(text) if len(match.group()) > 7 for part in _stems(match.group()[2:])}
    return whole.union(*(_stems(re.split(r"[,;:.]", text[end:])[0])[:SCOPE] for end in ends))


def _stems(text: str) -> list[str]:
    told = [word for word in question_words(text) if len(word) > 2 and not is_stop(word)]
    return stem_all([part for word in told for part in words(word)])
