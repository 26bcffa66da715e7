"""Questions that a heading of a manual answers, in English and Hebrew: `Restoring the Factory Settings` answers how one
restores them. Only what can be said naturally in the page's language is asked; other headings give none."""

import re

from .words import is_stop

LONGEST = 8  # words of a heading
# What manuals everywhere have a section on: how its heading begins or reads, the question in English and in Hebrew.
TOPICS: list[tuple[re.Pattern[str], str, str]] = [
    (re.compile(pattern, re.IGNORECASE), english, hebrew)
    for pattern, english, hebrew in (
        (r"factory (?:re)?set|reset.*factory|factory (?:default|setting)|reset\b|initiali[sz]",
         "How do I restore the factory settings of the {0}?", "איך מחזירים את {0} להגדרות היצרן?"),
        (r"(?:firmware|software|os|operating system) (?:up|version)|updat\w+ (?:the )?(?:firmware|software|os)",
         "How do I update the firmware of the {0}?", "איך מעדכנים את הקושחה של {0}?"),
        (r"(?:replac|install|chang|insert)\w+ (?:the )?batter", "How do I replace the batteries of the {0}?",
         "איך מחליפים סוללות ב-{0}?"),
        (r"charg\w+\b", "How do I charge the {0}?", "איך טוענים את {0}?"),
        (r"bluetooth", "How do I connect the {0} over Bluetooth?", "איך מחברים את {0} בבלוטות'?"),
        (r"connect\w* (?:to |with |the )*(?:\w+ )?(?:computer|mac|pc|usb)|usb (?:connection|audio|midi)|computer",
         "How do I connect the {0} to a computer?", "איך מחברים את {0} למחשב?"),
        (r"connect|connection|hook", "How do I connect the {0}?", "איך מחברים את {0}?"),
        (r"midi channel", "How do I set the MIDI channel of the {0}?", "איך קובעים את ערוץ ה-MIDI של {0}?"),
        (r"tun(?:ing|er)\b", "How do I tune the {0}?", "איך מכוונים את {0}?"),
        (r"clean|care\b|maintenance", "How do I clean and care for the {0}?", "איך מנקים ומתחזקים את {0}?"),
        (r"arpeggiator", "How do I use the arpeggiator of the {0}?", "איך משתמשים בארפג'יאטור של {0}?"),
        (r"sequencer", "How do I use the sequencer of the {0}?", "איך משתמשים בסיקוונסר של {0}?"),
        (r"phantom", "Does the {0} have phantom power?", "האם יש ב-{0} מתח פנטום?"),
        (r"(?:expression|sustain|damper) pedal|foot ?switch", "Which pedals can be connected to the {0}?",
         "אילו פדלים אפשר לחבר ל-{0}?"),
        (r"headphone", "How do I use headphones with the {0}?", "איך משתמשים באוזניות עם {0}?"),
        (r"transpos|octave", "How do I transpose the {0}?", "איך משנים אוקטבה או סולם ב-{0}?"),
        (r"(?:what.s )?in the box|(?:box|package) contents|included", "What is in the box of the {0}?",
         "מה יש בקופסה של {0}?"),
        (r"warranty", "How long is the warranty of the {0}?", "לכמה זמן האחריות על {0}?"),
        (r"(?:saving|storing)\b", "How do I save my settings on the {0}?", "איך שומרים את ההגדרות ב-{0}?"),
        (r"mount|rack", "How do I mount the {0}?", "איך מתקינים את {0}?"),
        (r"weight", "How heavy is the {0}?", "כמה שוקל {0}?"),
        (r"dimensions", "How large is the {0}?", "מה המידות של {0}?"),
        (r"power (?:supply|adapter|requirements)", "Which power supply does the {0} need?", "איזה ספק כוח צריך {0}?"),
        (r"troubleshoot", "What do I do when the {0} makes no sound?", "מה עושים כשאין צליל מ-{0}?"),
    )
]  # fmt: skip
GERUNDS = {
    word: base
    for base, word in (
        pair.split("/")
        for pair in "connect/connecting set/setting use/using restore/restoring reset/resetting update/updating "
        "change/changing adjust/adjusting install/installing remove/removing replace/replacing record/recording "
        "load/loading edit/editing create/creating select/selecting choose/choosing turn/turning mount/mounting "
        "assemble/assembling pair/pairing play/playing assign/assigning program/programming calibrate/calibrating "
        "configure/configuring control/controlling import/importing export/exporting delete/deleting copy/copying "
        "save/saving store/storing recall/recalling switch/switching enable/enabling disable/disabling "
        "route/routing monitor/monitoring rename/renaming transpose/transposing erase/erasing format/formatting "
        "check/checking plug/plugging operate/operating transfer/transferring activate/activating attach/attaching "
        "mute/muting clear/clearing add/adding move/moving quantize/quantizing browse/browsing map/mapping".split()
    )
}
BASES = frozenset(GERUNDS.values())
OWN = frozenset(("your", "the", "a", "an", "this", "its"))
ABBREVIATIONS = frozenset("MIDI USB LED LCD FX DAW CC PC AUX XLR DI EQ BPM LFO SD AC DC CV TRS IR OS".split())
END = re.compile(r"[\s.:…·]*$")
NUMBERED = re.compile(r"^\s*(?:\d+(?:\.\d+)*[.)]?\s+|[•*-]\s*)")


def questions_of(heading: str, name: str, language: str) -> list[str]:
    """What the section under a heading answers about the product `name`, the likeliest first."""
    text = NUMBERED.sub("", END.sub("", " ".join(heading.split())))
    if not text or len(text.split()) > LONGEST:
        return []
    found = [(hebrew if language == "he" else english).format(name) for pattern, english, hebrew in TOPICS
             if pattern.match(text) or (pattern.search(text) and len(text.split()) <= 4)][:1]  # fmt: skip
    if not found and language == "en":
        found = _how(text, name)
    return found


def _how(text: str, name: str) -> list[str]:
    """`Setting the Clock` and `Set the Clock`: how do I set the clock."""
    first, *rest = _in_sentence_case(text).split()
    verb = GERUNDS.get(first.lower()) or (first.lower() if first.lower() in BASES else "")
    thing = " ".join(_lowered(word) for word in rest)
    if not verb or not thing.isascii() or all(is_stop(word.lower()) for word in rest) or _is_fragment(rest):
        return []
    if (
        rest[0].lower() not in OWN
        and _is_singular(rest[-1])
        and rest[0].lower() not in ("to", "up", "on", "off", "with")
    ):
        thing = f"the {thing}"
    about = "" if name.lower() in thing.lower() else f" on the {name}"
    return [f"How do I {verb} {thing}{about}?"]


def _in_sentence_case(text: str) -> str:
    """`ADJUSTING THE KEY DELAY` in small letters; MIDI and numbered names stay as they are."""
    if not text.isupper():
        return text
    return " ".join(word if word in ABBREVIATIONS or not word.isalpha() else word.lower() for word in text.split())


def _is_fragment(rest: list[str]) -> bool:
    """A sentence's beginning that was set like a heading."""
    words = [word.lower() for word in rest]
    doing = any(word in GERUNDS or word in ("then", "until", "while", "when") for word in words)
    return (
        len(words) > 6
        or doing
        or words[0] in ("and", "or", "of")
        or words[-1].endswith(("'s", "’s", ","))
        or is_stop(words[-1])
    )


def _is_singular(word: str) -> bool:
    return not word.lower().endswith("s")


def _lowered(word: str) -> str:
    """A title's capitals gone; names and abbreviations stay."""
    return word.lower() if word[1:].islower() or len(word) == 1 else word
