"""What kind of answer a question wants; each kind has its instructions for a model in templates/rag/prompts/."""

import re

from .evidence import HOW
from .expected import expected
from .query import Question

HOW_TO, SPECIFICATION, TROUBLESHOOTING = "how_to", "specification", "troubleshooting"
COMPARISON, COMPATIBILITY, PRODUCTS, GENERAL = "comparison", "compatibility", "products", "general"
KINDS = (HOW_TO, SPECIFICATION, TROUBLESHOOTING, COMPARISON, COMPATIBILITY, PRODUCTS, GENERAL)


def _any(english: str, hebrew: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{english})\b|(?<![\u05d0-\u05ea])(?:[והבלכשמ]{{0,2}})(?:{hebrew})", re.IGNORECASE)


_COMPARED = _any(
    r"vs\.?|versus|compared? (?:to|with)|comparison|differences?|better than|(?:heavi|light|loud|small|bigg"
    r"|larg)er than",
    r"לעומת|הבדל|ההבדל|השוואה|עדיף|מול",
)
_TROUBLE = _any(
    r"(?:doesn|don|won|can|isn|couldn|didn)['’]?t|does not|do not|will not|cannot|not work\w*|no (?:sound|power"
    r"|signal|output)"
    r"|nothing happens|problems?|errors?|faulty?|broken|stuck|fails?|failed|freez\w+|crash\w*|crackl\w+|buzz\w*"
    r"|hum(?:s|ming)?"
    r"|noisy?|distort\w+|troubleshoot\w*|stopped|keeps? \w+ing|dead",
    r"לא (?:עובד|נדלק|מזהה|שומע|מגיב|מצליח|נטען|מתחבר)\w*|לא [נמעש]\S{2,}|למה|מדוע|אין (?:צליל|קול|סאונד|חשמל"
    r"|תגובה)|תקלה|תקוע|נתקע|בעיה"
    r"|בעיות|שגיאה"
    r"|רעש|זמזום|התקלקל|מקולקל",
)
_PRODUCTS = _any(
    r"(?:which|what) (?:\w+ ){0,3}(?:models?|products?|devices?|keyboards?|guitars?|amps?|amplifiers?|speakers?"
    r"|monitors?"
    r"|pedals?|synths?|microphones?|mixers?|drums?|controllers?) (?:\w+ ){0,3}(?:do|have|has|are|support|come"
    r"|offer|can|with)"
    r"|list (?:of|all|the)|all (?:the )?(?:models|products)|do you (?:sell|have|carry|stock)",
    r"אילו (?:דגמים|מוצרים|מכשירים)|איזה (?:דגמים|מוצרים)|רשימת?|אילו \S+ יש",
)
_COMPATIBLE = _any(
    r"compatib\w+|works? with|working with|supports?|supported|connect\w* (?:it |this )?(?:to|with)|fits?"
    r"|can (?:i|it|you) (?:be )?us\w+|runs? on|require\w*|interchangeable",
    r"תואמ?ת?|תואמים|תומכ?ת?|נתמכ?ת?|עובדת? עם|מתחברת? ל|מתאימ?ה?|אפשר לחבר|ניתן לחבר",
)


def kind_of(question: Question) -> str:
    """One of KINDS. What is compared or broken decides before the way in which it is asked."""
    text = question.text
    if len(question.compared) > 1 or _COMPARED.search(text):
        return COMPARISON
    if _TROUBLE.search(text):
        return TROUBLESHOOTING
    if HOW.search(text):
        return HOW_TO
    if any(kind.decides for kind in expected(text)):
        return SPECIFICATION
    if _PRODUCTS.search(text):
        return PRODUCTS
    if _COMPATIBLE.search(text):
        return COMPATIBILITY
    return SPECIFICATION if expected(text) else GENERAL
