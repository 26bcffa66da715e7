"""What an answer says first, whoever wrote it: dangers, whom to leave it to, and what is discontinued.

By rule over the question and the sentences cited, so that no answer depends on a model for it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Lifecycle, Product
from catalog.naming import fold, model_numbers

from .models import Answer

MOST_PRODUCTS = 3


class Danger(NamedTuple):
    """`asked` finds it in a question, `cited` in the sentences that an answer takes from its sources."""

    name: str
    asked: re.Pattern[str]
    cited: re.Pattern[str]
    words: Promise


def _words(english: str, hebrew: str = "") -> re.Pattern[str]:
    forms = [rf"\b(?:{english})\b", *([rf"(?<![\u05d0-\u05ea])[והבלכשמי]{{0,2}}(?:{hebrew})"] if hebrew else [])]
    return re.compile("|".join(forms), re.IGNORECASE | re.DOTALL)


_VALVE = r"(?:valves?|vacuum tubes?|tubes?|EL34|EL84|6L6\w*|6V6|KT\d\d|12A[TUX]7|ECC8\d)"
_CHANGED = r"(?:replac\w+|chang\w+|swap\w*|bias\w*|remov\w+|install\w*|fit(?:ting)?|glow\w*|blown|broken)"
_BATTERY = r"(?:batter(?:y|ies)|li-?ion|lithium|lipo)"
_HARMED = (
    r"(?:replac\w+|swollen|swell\w*|bulg\w+|leak\w*|hot|overheat\w*|damag\w+|dispos\w+|punctur\w+|burn\w*|fire"
    r"|smok\w+)"
)
DANGERS = (
    Danger(
        "mains",
        _words(
            r"fuses?|mains|electric shock|shocked|smok(?:e|es|ing)|burn(?:s|t|ing)? smell|smell\w* (?:of |like "
            r")?(?:\w+ )?burn\w*|sparks?"
            r"|solder\w*|transformer|voltage selector|power supply board|internal wiring"
            r"|(?:open|opening|unscrew|take apart|disassemble)\w* (?:up )?(?:the |my |this )?"
            r"(?:\w+ ){0,3}(?:case|chassis|housing|enclosure|amp|amplifier|unit|cover|speaker|monitor|mixer|cabinet)"
            r"|inside (?:the|my|this) (?:amp|amplifier|unit|case|chassis|speaker|monitor|mixer)",
            r"פיוז|נתיך|נתיכים|מתח רשת|התחשמל|מתחשמל|עשן|ריח שרוף|ניצוצ|הלחמ|להלחים|שנאי"
            r"|(?:פתוח|פותחים|פותח|פירוק|פרק) את (?:ה)?(?:מגבר|מכשיר|מארז|רמקול|מוניטור|מיקסר)",
        ),
        _words(
            r"mains (?:fuse|voltage)|(?:replac|chang)\w+ the fuse|fuse (?:holder|drawer)|electric(?:al)? shock"
            r"|(?:hazardous|dangerous|lethal|high) voltages?|(?:remove|open|unscrew)\w* the (?:chassis|housing"
            r"|top cover|back panel)"
        ),
        gettext_lazy(
            "Safety first: mains voltage inside a device can injure or kill, also for a while after it is "
            "unplugged. Switch it "
            "off, pull the mains plug, do not open it, and leave fuses and repairs to a qualified technician; "
            "our service "
            "department can help."
        ),
    ),
    Danger(
        "valves",
        _words(
            rf"^(?!.*\b(?:breath|trumpet|trombone|horn|brass)).*(?:{_VALVE} (?:\w+ ){{0,4}}{_CHANGED}"
            rf"|{_CHANGED} (?:\w+ ){{0,5}}{_VALVE}|(?:valve|tube) (?:amp\w*"
            rf"|preamp\w*) bias"
            r"|bias (?:\w+ ){0,4}amp\w*|re-?bias\w*)",
            r"(?:חלי[פף]\S*|החלפ\S*) (?:\S+ ){0,3}(?:ה)?(?:מנורות|מנורה|שפופרות|לאמפות)|ביאס|כיוון מנורות",
        ),
        _words(rf"(?:replac|chang)\w+ (?:\w+ ){{0,3}}{_VALVE}|bias (?:adjustment|voltage|current)|re-?bias\w*"),
        gettext_lazy(
            "Safety first: valve amplifiers hold several hundred volts, also when they are switched off and "
            "unplugged, and "
            "valves get hot. Changing valves and setting the bias is work for a qualified technician; our "
            "service department "
            "can help."
        ),
    ),
    Danger(
        "batteries",
        _words(
            rf"{_BATTERY} (?:\w+ ){{0,5}}{_HARMED}|{_HARMED} (?:\w+ ){{0,4}}{_BATTERY}",
            r"(?:חלי[פף]\S*|החלפ\S*) (?:\S+ ){0,3}(?:ה)?(?:סוללה|סוללות|בטריה|בטרייה|בטריות)"
            r"|(?:סוללה|סוללות|בטריה|בטרייה)\S* (?:\S+ ){0,3}(?:נפוח|התנפח|דולפ|נזל|חמה|מתחמם|מתחממת|שרופ|פגומ)",
        ),
        _words(
            rf"(?:explo\w+|leak\w*|swollen|dispos\w+) (?:\w+ ){{0,6}}{_BATTERY}|{_BATTERY} (?:\w+ "
            rf"){{0,6}}(?:explo\w+|leak\w*)"
        ),
        gettext_lazy(
            "Safety first: use only the kind of battery that the maker names, mind its poles, and never charge, "
            "press or open a "
            "swollen, hot or leaking one. Leave built-in batteries to a qualified technician, and take old ones to a "
            "collection point."
        ),
    ),
    Danger(
        "hearing",
        _words(
            r"(?:headphones?|in-?ears?|earphones?|ears?|hearing|monitors?) (?:\w+ ){0,6}(?:loud\w*|louder"
            r"|max\w*|safe\w*|damag\w+|hurt\w*)"
            r"|(?:loud\w*|max\w* (?:volume|level)|how loud) (?:\w+ ){0,6}(?:headphones?|in-?ears?|earphones?"
            r"|ears?|hearing)"
            r"|hearing (?:loss|damage|protection)|tinnitus",
            r"(?:אוזניות|שמיעה|אוזניים)\S* (?:\S+ ){0,5}(?:חזק|רם|עוצמה|ווליום|נזק|בטוח)"
            r"|(?:חזק|רם|עוצמה|עוצמת|ווליום|נזק) (?:\S+ ){0,5}(?:אוזניות|שמיעה|אוזניים)|טינטון",
        ),
        _words(r"hearing (?:loss|damage|impairment)|damage (?:to )?(?:your )?hearing"),
        gettext_lazy(
            "Safety first: loud sound damages hearing for good, in headphones sooner than elsewhere. Turn the "
            "level down before "
            "you put them on, raise it slowly, and rest your ears. With ringing or dull hearing, stop and see a "
            "doctor."
        ),
    ),
)


def advice_for(answer: Answer, sources: Sequence[dict[str, Any]]) -> str:
    """The lines of advice, one a line, for the question and the sources of its answer as far as they are known."""
    return "\n".join([*dangers(answer.wording, sources), *discontinued(answer, sources)])


def dangers(question: str, sources: Iterable[dict[str, Any]]) -> list[str]:
    cited = " ".join(quote for source in sources for quote in source.get("quotes") or [])
    return [str(danger.words) for danger in DANGERS if danger.asked.search(question) or danger.cited.search(cited)]


def discontinued(answer: Answer, sources: Iterable[dict[str, Any]]) -> list[str]:
    """A line for each product that the answer is about and that is not made any more."""
    return [
        _discontinued(product) for product in _meant(answer, sources) if product.lifecycle == Lifecycle.DISCONTINUED
    ]


def _discontinued(product: Product) -> str:
    if product.successor_name:
        line = _("%(product)s has been discontinued; the brand names %(successor)s as its successor.")
        return line % {"product": product.name, "successor": product.successor_name}
    return _("%(product)s has been discontinued; its manuals and specifications stay here.") % {"product": product.name}


def _meant(answer: Answer, sources: Iterable[dict[str, Any]]) -> list[Product]:
    """The product asked about; else those of the cited documents that the question names."""
    if answer.product is not None:
        return [answer.product]
    ids = {source["document"] for source in sources if source.get("quotes")}
    found = Product.objects.filter(documents__in=ids, lifecycle=Lifecycle.DISCONTINUED, hidden=False).distinct()
    numbers, words = _numbers(answer.wording), f" {fold(answer.wording)} "
    named = [one for one in found[:50] if numbers & _numbers(one.name) or f" {fold(one.name)} " in words]
    return named[:MOST_PRODUCTS]


def _numbers(text: str) -> set[str]:
    """Model numbers with letters: a bare number names nothing."""
    return {number for number in model_numbers(text) if any(sign.isalpha() for sign in number)}
