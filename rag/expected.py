"""Which kind of value a question asks for, and how such a value looks: an answer about weight holds a weight."""

import re
from dataclasses import dataclass

NUMBER = r"(?:\d+(?:[.,]\d+)*|½|¼|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|sixteen)"


@dataclass(frozen=True)
class Expected:
    """`decides`: without such a value nothing answers the question. `beside`: it counts only near to another word of
    the question, since such values stand in manuals for many reasons."""

    name: str
    asked: re.Pattern[str]
    value: re.Pattern[str]
    decides: bool = True
    beside: bool = False


def _kind(name: str, asked: str, value: str, *, decides: bool = True, beside: bool = False) -> Expected:
    return Expected(name, re.compile(asked, re.IGNORECASE), re.compile(value, re.IGNORECASE), decides, beside)


def _measure(units: str) -> str:
    return rf"(?<![\w.]){NUMBER}[\s-]?(?:{units})(?![^\W\d_])"


KINDS = [
    _kind(
        "price",
        r"\b(?:prices?|pricing|msrp|rrp|costs?|expensive|cheap(?:er)?)\b"
        r"|how much (?:is|are) (?:the|an?|this|that|these|one)\b"
        r"|how much (?:do|does|did|would|will) .{0,60}\b(?:ask|charge|pay|go for|sell for)\b"
        r"|מחיר|מחירים|עולה|עולים|עלות|יקר|כמה אתם מבקשים",
        r"[£$€₪¥]\s?\d|\d\s?(?:[£$€₪¥]|(?:USD|GBP|EUR|ILS|NIS|euros?|dollars?|pounds sterling)\b)|ש\"ח",
    ),
    _kind(
        "weight",
        r"\bhow heavy\b|\bweigh(?:s|t)?\b|\bheavier\b|\bheaviest\b|\blightest\b|\blighter (?:than|or heavier)\b"
        r"|\b(?:is|one|which) lighter\b|משקל|שוקל|שוקלת|כבד יותר|יותר כבד|יותר קל|קל יותר",
        _measure(r"kgs?|kilos?|kilograms?|grams?|gr?|lbs?|pounds?|oz|ounces?"),
    ),
    _kind("power", r"\bwatts?\b|\bwattage\b|\bhow powerful\b|וואט|ואט", _measure(r"k?w|watts?|wrms|w rms")),
    _kind("voltage", r"\bvolts?\b|\bvoltage\b|מתח|וולט", _measure(r"v|vdc|vac|volts?|v dc|v ac")),
    _kind(
        "current",
        r"\bcurrent draw\b|\bdraws?\b.*\bcurrent\b|\bmilliamps?\b|\bamperage\b|"
        r"\bcurrent consumption\b|\bhow much current\b|\bvoltage and current\b|צריכת (?:ה)?זרם|מתח וזרם|כמה זרם",
        _measure(r"ma|a|amps?|milliamps?"),
    ),
    _kind(
        "frequency",
        r"\bhow (?:low|deep) (?:do|does|can|will)\b|\b(?:crossover )?frequency (?:range|response)\b|\bhow many k?hz\b"
        r"|תדר|תדרים|עד כמה נמוך",
        _measure(r"k?hz|hertz"),
    ),
    _kind(
        "hours",
        r"\bhow many hours\b|\bhours? (?:do|does|of|per)\b|\bhow long .{0,40}\b(?:batter(?:y|ies)|charge|charging)\b"
        r"|\bbattery (?:life|last)\b|כמה שעות|זמן סוללה|חיי סוללה",
        _measure(r"h|hrs?|hours?"),
        beside=True,
    ),
    _kind(
        "duration",
        r"\bhow (?:long|many (?:minutes|(?:milli)?seconds|days|weeks|months|years))"
        r" (?:do|does|until|can|will|is|are|before|has|of)\b"
        r"|\b(?:delay|loop(?:ing)?|record(?:ing)?|sampling|sample|warm-?up|warranty) (?:time|period|length)\b"
        r"|תוך כמה זמן|כמה זמן|זמן ה?דיליי|כמה (?:דקות|שניות|ימים|חודשים|חודשי|שנים|שנות)",
        _measure(
            r"ms|msec|milliseconds?|s|secs?|seconds?|min|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?"
        ),
    ),
    _kind(
        "term",
        r"\bhow many (?:months|years)\b|\bhow long .{0,30}\bwarrant|\bwarranty (?:period|length|last)"
        r"|כמה (?:שנות|שנים|חודשי|חודשים)|כמה זמן ה?אחריות",
        _measure(r"months?|years?") + r"|\(\d+\)[\s-](?:years?|months?)|\blifetime\b|שנים|שנה|חודשים",
    ),
    _kind(
        "impedance",
        r"\bimpedance\b|\b(?:how many|what|which) ohms?\b|עכבה|העכבה|אימפדנס|כמה אוהם",
        _measure(r"[km]?ohms?|[km]?[Ωω]|k"),
    ),
    _kind(
        "sample rate",
        r"\bsampl(?:e|ing) (?:rate|frequency)\b|קצב ה?דגימה",
        _measure(r"k?hz|k") + r"|\b(?:44[.,]?1|48|88[.,]?2|96|192)\b",
    ),
    _kind(
        "colour",
        r"\b(?:what|which) (?:\w+ )?colou?rs?\b|\bcolou?rs? (?:is|are|does|do|options?|choices?)\b"
        r"|(?:באיזה|באילו|איזה|אילו) צבע(?:ים)?",
        r"\b(?:black|white|red|green|blue|yellow|orange|purple|violet|pink|gr[ea]y|silver|gold(?:en)?|brown|amber|"
        r"natural|sunburst|cream|ivory|walnut|turquoise|cyan|magenta|colou?rs? options?|finish(?:es)?)\b"
        r"|שחור|לבן|אדום|ירוק|כחול|צהוב|כתום|סגול|ורוד|אפור|כסוף|זהב|חום",
    ),
    _kind(
        "year",
        r"\b(?:what|which) year\b|\bwhen (?:was|were|did) .{0,40}\b(?:released?|launch(?:ed)?|introduced|come out)\b"
        r"|באיזו שנה|מתי (?:יצאה?|הושקה?)\b",
        r"\b(?:19|20)\d\d\b",
        beside=True,
    ),
    _kind(
        "origin",
        r"\bcountry\b.{0,40}\b(?:made|manufactured|built|produced|origin)\b|\bcountry of origin\b"
        r"|\bwhere (?:is|are|was|were) .{0,40}\b(?:made|manufactured|built|produced|assembled)\b"
        r"|(?:באיזו (?:מדינה|ארץ)|איפה) .{0,20}(?:מיוצר|מייצרים|יוצר)|ארץ ה?ייצור",
        r"\b(?:made|manufactured|built|produced|assembled|crafted|designed) in\b|תוצרת|מיוצר",
    ),
    _kind(
        "opening hours",
        r"\bopening hours\b|\bwhat time .{0,30}\b(?:open|close)\b|שעות ה?פתיחה|שעות ה?פעילות",
        r"\b\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm)\b|\b\d{1,2}:\d\d\b",
    ),
    _kind(
        "level",
        r"\bhow loud\b|\bdecibels?\b|\bdb\b|\bspl\b|\bisolat\w*\b|דציבל|בידוד",
        _measure(r"dba?|dbu|dbv|db spl"),
        decides=False,
        beside=True,
    ),
    _kind(
        "size",
        r"\b(?:what|which) size\b|\bhow (?:big|large|wide|tall|high|thick)\b|\bdimensions?\b"
        r"|\b(?:key|wrench|speaker|driver) size\b|\b(?:string )?height\b|גודל|גובה|רוחב|מידות|מימדים|עובי",
        _measure(r"mm|cm|m|inch(?:es)?|in|ft|feet") + rf"|{NUMBER}\s?[\"”″]|\d+\s?x\s?\d+",
        decides=False,
        beside=True,
    ),
    _kind("count", r"\bhow many\b|\bnumber of\b|כמה", rf"(?<![\w.]){NUMBER}(?![\w])", decides=False, beside=True),
    _kind(
        "version",
        r"\b(?:what|which) .{0,25}versions?\b|איזו גרסה|איזו גרסת|אילו גרסאות",
        r"\d+(?:\.\d+)*",
        decides=False,
        beside=True,
    ),
]


def expected(question: str) -> list[Expected]:
    """The kinds of value that the question asks for, the most telling first."""
    return [kind for kind in KINDS if kind.asked.search(question)]
