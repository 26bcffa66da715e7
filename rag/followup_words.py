"""How a follow-up points back, in English and Hebrew: openings, pronouns, siblings, other languages."""

import re
from collections.abc import Sequence

from .words import COMPARING, cleaned, is_stop, question_words

HEBREW = re.compile(r"[\u05d0-\u05ea]")
OPENING = re.compile(
    r"^\s*(?:(?:and|but|also|so|ok(?:ay)?|now|then|thanks?(?: you)?|what about|how about|and what of|what of|same for|"
    r"the same for|is it the same for|and for|ו?מה לגבי|ו?לגבי|ו?מה עם|ומה בנוגע ל-?|ו?אותו דבר ל-?|"
    r"ו?אותו הדבר ל-?|וגם|תודה|אוקיי|אז)(?![\w\u05d0-\u05ea])[\s,.:–-]*)+",
    re.IGNORECASE,
)
# The Hebrew `and` before a word that asks: ומה, ואיך, וכמה; before a model: וה-49.
AND_HEBREW = re.compile(r"^\s*ו(?=(?:מה|איך|כמה|האם|איפה|מתי|למה|מדוע|איזה|איזו|אילו|יש|אפשר|[הלב]-?\d|[הלב]?דגם |של))")
_AGAIN = (
    r"^(?:(?:and|the same|same|now|please|again|answer|say (?:it|that)|write (?:it|that)|אותו דבר|עכשיו)\s+|ו)*"
    r"(?:in |ב)?(?:%s)(?: please| בבקשה)?[\s?.!]*$"
)
LANGUAGES = {
    "he": re.compile(_AGAIN % "hebrew|ivrit|עברית", re.IGNORECASE),
    "en": re.compile(_AGAIN % "english|אנגלית", re.IGNORECASE),
}
MARKED = (
    r"\b(?:(?:mk|mark)\s?(?:\d+|[ivx]+)|g\d|gen(?:eration)?\.?\s?\d+|"
    r"(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth) generation)\b"
)
SIBLING = re.compile(
    r"(?:\bthe |\bfor |\bon |(?<![\u05d0-\u05ea])(?:[הלב]?דגם |[הלב]-?)|^)\s*"
    rf"(?P<sibling>{MARKED}|\d+(?:\.\d+)?[A-Za-z]{{0,2}}(?![\w.%]))(?!\s+(?:or|and|to)\s+\d)",
    re.IGNORECASE,
)
# `that` and `this` only behind a verb or a preposition: in `the button that lights` it points elsewhere.
PRONOUN = re.compile(
    r"\b(?:its|it's|it|they|them|their|this one|that one|"
    r"(?:(?<=does )|(?<=is )|(?<=will )|(?<=can )|(?<=about )|(?<=of )|(?<=with )|(?<=for )|(?<=to )|(?<=than ))"
    r"(?:this|that|these|those))\b",
    re.IGNORECASE,
)
PRONOUN_HEBREW = re.compile(
    r"(?<![\u05d0-\u05ea])(?P<word>שלו|שלה|שלהם|שלהן|אותו|אותה|אותם|אותן|לו|לה|להם|בו|בה|בהם|ממנו|ממנה|מהם|עליו|עליה|"
    r"אליו|אליה|איתו|איתה|בינו|בינה|הוא|היא|הם|משקלו|משקלה|מחירו|מחירה|"
    r"(?:(?<=^)|(?<=כמה )|(?<=האם )|(?<=אם )|(?<=בין ))זה)(?![\u05d0-\u05ea])"
)
SAME = re.compile(
    r"^\s*(?:and |but |so |ו|גם )*(?:is (?:it|that|this) |does (?:it|that) work )?(?:(?:the )?same (?:thing )?"
    r"(?:on|for|with|in|as|goes for)|(?:זה )?אותו (?:ה)?דבר (?:ב|ל|עם|גם ב|גם ל)-?)\s*"
    r"(?:the |a |my )?(?P<name>.+?)[\s?.!]*$",
    re.IGNORECASE,
)
THANKS = re.compile(
    r"\s*(?:ok(?:ay)?|great|thanks?(?: you)?(?: very much)?|תודה(?: רבה)?|מעולה|אוקיי)[\s.!,]*", re.IGNORECASE
)
DIFFERENCE = frozenset(
    "difference differences different differ compare compared comparison הבדל ההבדל שונה השוואה".split()
)
VERSUS = re.compile(r"^(?:vs\.?|versus|compared (?:to|with)|against|מול|לעומת)\s", re.IGNORECASE)
# What each stands for before a name: `שלו` is `של X`.
STANDS_FOR = {
    "שלו": "של ", "שלה": "של ", "שלהם": "של ", "שלהן": "של ", "אותו": "את ", "אותה": "את ", "אותם": "את ",
    "אותן": "את ", "לו": "ל-", "לה": "ל-", "להם": "ל-", "בו": "ב-", "בה": "ב-", "בהם": "ב-", "ממנו": "מ-",
    "ממנה": "מ-", "מהם": "מ-", "עליו": "על ", "עליה": "על ", "אליו": "אל ", "אליה": "אל ", "איתו": "עם ",
    "איתה": "עם ", "בינו": "בין ", "בינה": "בין ", "זה": "", "הוא": "", "היא": "", "הם": "",
    "משקלו": "המשקל של ", "משקלה": "המשקל של ", "מחירו": "המחיר של ", "מחירה": "המחיר של ",
}  # fmt: skip
ACTION = re.compile(r"\b(?:do|done|doing|did|try|tried|after|before|like) (?:this|that|it)\b|את זה|ככה", re.IGNORECASE)
ASKING = re.compile(
    r"^\s*(?:(?:how|what|which|where|when|why|who|whose|can|could|does|do|did|is|are|was|will|would|should|has|have|"
    r"may|must|i|we|my|there|please|tell|show|explain|more|if)\b|"
    r"(?:איך|מה|איזה|איזו|אילו|כמה|איפה|היכן|מתי|למה|מדוע|האם|מי|יש|אפשר|אני|אנחנו|צריך|ניתן|תן|תראה|הסבר|תסביר|תסבירו|זה|אם)"
    r"(?![\u05d0-\u05ea]))",
    re.IGNORECASE,
)
BESIDE_A_NAME = re.compile(
    r"\b(?:the|a|an|for|with|on|of|one|model|version|about|in|same)\b|[הלבשוכמ]-|"
    r"(?<![\u05d0-\u05ea])(?:ה|ל|ב|של|עם|גם|הדגם|דגם)(?![\u05d0-\u05ea])",
    re.IGNORECASE,
)
END = re.compile(r"[\s?.!]*$")


def only_language(question: str) -> str:
    """`en` or `he` where a follow-up asks for nothing but the same in that language."""
    return next((code for code, asked in LANGUAGES.items() if asked.match(question.strip())), "")


def without_opening(question: str) -> str:
    """Without `and`, `what about`, `ומה לגבי`: the part that says something. All of it where nothing else is left."""
    rest = AND_HEBREW.sub("", OPENING.sub("", AND_HEBREW.sub("", question, count=1), count=1), count=1).strip()
    return rest if re.search(r"\w", rest) else question.strip()


def with_generation(question: str) -> str:
    """`דור 2` as titles write it."""
    return re.sub(r"(?<![\u05d0-\u05ea])ה?דור ה?-?(\d)", r"Generation \1", question)


def says_nothing(rest: str) -> bool:
    """Whether nothing in it could be searched for: `why?`, `tell me more`."""
    return all(is_stop(word) for word in question_words(cleaned(rest))) and not has_pronoun(rest)


def compares(rest: str) -> bool:
    return bool(VERSUS.match(rest)) or any(word in COMPARING for word in question_words(cleaned(rest)))


def than(rest: str, name: str) -> str:
    """`Is the Tremor 49 heavier?` after the Tremor 25."""
    if VERSUS.match(rest):
        return f"{name} {rest}"
    if DIFFERENCE & set(question_words(cleaned(rest))):
        return _beside(rest, name)
    body = END.sub("", rest)
    return f"{body} מ-{name}?" if HEBREW.search(rest) else f"{body} than the {name}?"


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def is_only(rest: str, name: str) -> bool:
    """Whether a text is hardly more than a name: `the Tremor 49?`, `ל-49?`."""
    left = re.sub(r"^['’]s\b", "", rest.replace(name, "\n", 1).split("\n", 1)[-1]) + rest.split(name, 1)[0]
    left = BESIDE_A_NAME.sub(" ", left)
    return not re.search(r"\w", left)


def article(text: str) -> str:
    """What of a sibling's text belongs before the name: `the 49` becomes `the Tremor 49`."""
    match = re.match(r"\s*(?:the |for |on |[הלב]-?)", text, re.IGNORECASE)
    return match.group() if match else ""


def in_place_of(question: str, old: str, new: str) -> str:
    """The earlier question about another product."""
    if old and old in question:
        return question.replace(old, new)
    return _beside(question, new)


def has_pronoun(text: str) -> bool:
    return bool(PRONOUN.search(text) or PRONOUN_HEBREW.search(text))


def same_for(question: str) -> str:
    """What `is it the same on the Tremor 49?` asks the same of."""
    match = SAME.match(question)
    return match.group("name") if match else ""


def with_subject(rest: str, subjects: Sequence[str]) -> tuple[str, bool]:
    """The question about the subjects, and whether they were only put beside it."""
    name = " vs ".join(subjects)
    if ACTION.search(rest):
        return _beside(rest, name), True
    if HEBREW.search(rest):
        return _in_hebrew(rest, subjects)
    the = " and ".join(each if each.lower().startswith("the ") else f"the {each}" for each in subjects)
    if PRONOUN.search(rest):
        return PRONOUN.sub(lambda match: _pronoun(match.group().lower(), the), rest, count=1), False
    if _is_property(rest):
        return _property(rest, f"of {the}"), False
    return _beside(rest, name), True


def _is_property(rest: str) -> bool:
    """A few words that neither ask nor point somewhere: `battery life?`."""
    first = rest.lower().split()[:1]
    pointing = first and first[0] in ("for", "on", "with", "in", "at", "by", "from", "to", "without")
    most = 3 if HEBREW.search(rest) else 5
    return not ASKING.match(rest) and not pointing and len(rest.split()) <= most


def _property(rest: str, of: str) -> str:
    return f"{END.sub('', rest)} {of}?"


def _pronoun(word: str, the: str) -> str:
    if word in ("its", "their"):
        return f"{the}’s"
    return f"{the} is" if word == "it's" else the


def _in_hebrew(rest: str, subjects: Sequence[str]) -> tuple[str, bool]:
    name = " ו-".join(subjects)
    if PRONOUN_HEBREW.search(rest):
        return PRONOUN_HEBREW.sub(lambda match: STANDS_FOR[match.group("word")] + name, rest, count=1), False
    if _is_property(rest):
        return _property(rest, f"של {name}"), False
    return _beside(rest, " vs ".join(subjects)), True


def _beside(question: str, name: str) -> str:
    """`How many pads? (Tremor 25)`: neutral in every language, and the name is searched for."""
    end = re.search(r"[?.!\s]*$", question)
    body, mark = (question[: end.start()], question[end.start() :].strip()) if end else (question, "")
    return f"{body} ({name}){mark}" if name.lower() not in question.lower() else question
