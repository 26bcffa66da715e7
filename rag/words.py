"""What separates the words of a question that search from those that only ask."""

import re
import unicodedata

LONGEST_QUESTION = 2_000  # characters; what lies behind is not searched
MOST_WORDS = 60

STOP = frozenset(
    """
    a about actually after all am an and any anything are as at be because been before being but by can cannot
    cant could did do does doesn doing don dont down each else even ever every few first for from get gets
    getting give go goes going got had has have having he hello help her here hey hi him his how i if im in into
    is isn it its itself just know let like ll look make makes many maybe me mean more most much must my myself
    need never no nor not now of off on once one ones only or other our out over own please re really s same see
    she should show so some somehow someone something still such t tell than thank thanks that thats the their
    them then there these they thing things this those though to too try trying up us use used using ve very via
    want was way we well were what whats when where whether which while who whom whose why will with within
    without won would wont yes yet you your yours yourself customer people exactly happen happens ask asks
    asking asked back bit bring come comes coming compared compare comparison different difference differences
    end far gone good great idea keep keeps kind little long lot mine new nothing old possible put puts
    recommend right said says seem seems sort sure take takes taken talk tells telling thinking time together
    until unlike upon versus vs whats wanted wants wrong cant couldnt didnt hasnt havent isnt shouldnt wasnt
    wouldnt arent ive id youre theyre thats whos theres hows
    """.split()
)
STOP_HEBREW = frozenset(
    """
    אבל או אולי אותו אותה אז אחר אחרי אחת אחרת אי אין איזה איזו אילו איך איפה אל אלה אם אנחנו אני אף אפשר את אתה
    אתם אתן ב בא בו בי בין בכלל במה בשביל גם ד ה הוא היא היה היו הייתי הם הן הנה הזה הזאת האלה האם ו וגם ז זאת
    זה זו יכול יכולה יש ישנה ככה כי כל כמו כן לא לי לך לנו לו לה להם ל למה למי לפני מ מאוד מה מהם מי מישהו משהו
    מתי נא ניתן עד על עם עכשיו ש של שלי שלך שלו שלה שלנו שלהם שם צריך צריכה רוצה רק תודה בבקשה עושה עושים לעשות
    פה קצת כבר עוד כאן הכל אחד באמת ביחד בלי בערך ביקש בעצם בעצמו בעצמי דבר האם הולך הזמן החבר הרבה זמן חייב
    יודע יודעים יותר יותר כלום כמה כנראה כשאני כשהוא כשהיא כשיש לאן לגבי לדעת לכן לקוח לקוחה ללקוח מאיפה מבקש
    מדי מדוע מספיק מצליח מצליחה מקבל משום מתוך נכנס נכנסת נכנסים נכנסות נראה סתם עדיין עושים עצמו פשוט קורה רואה
    רואים רץ רצה שום שוב שלום תמיד תודה
    """.split()
)
# Between two products that are compared.
SEPARATORS = frozenset(
    "vs versus or and than compared compare against between difference different או מול לעומת ל ו בין".split()
)
COMPARING = frozenset(
    """
    vs versus compared compare comparison than difference differences different differ better lighter heavier
    louder smaller bigger larger longer cheaper newer או מול לעומת השוואה הבדל ההבדל שונה יותר
    """.split()
)
QUANTITY = frozenset(
    """
    many much weight weigh heavy heavier lighter size voltage volts watts watt power current ma long hours how
    low high range frequency price dimensions number value version gauge gauges wide deep minimum maximum
    recommended
    """.split()
)
# What documents are called, whatever they are about: these name no product.
OF_DOCUMENTS = frozenset(
    """
    version manual guide user owner owners reference supplement supplementary addendum specification specifications
    overview download downloads support instruction instructions datasheet sheet
    """.split()
)
# What is asked for that a table of technical data has.
OF_SPECIFICATIONS = frozenset(
    """
    weight weigh weighs heavy heavier lighter dimension dimensions size width wide height tall depth deep length
    diameter power watt watts wattage voltage volt volts current ma consumption impedance ohm ohms sensitivity
    spl crossover frequency polyphony voices specification specifications specs battery batteries material rms
    memory connectors
    """.split()
)

# Hebrew abbreviations keep their quotes inside (ק"ג), loan words their geresh (סטייג').
_WORD = re.compile(r"[\u05d0-\u05ea]+(?:[\"'][\u05d0-\u05ea]+)*'?|[^\W_]+(?:[.'][^\W_]+)*")
_QUOTES = str.maketrans({"׳": "'", "’": "'", "‘": "'", "`": "'", "״": '"', "“": '"', "”": '"'})
_HEBREW_PREFIXES = re.compile("^[והבלמשכ]{1,2}")
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0591-\u05c7\x00-\x08\x0b-\x1f]")


def cleaned(text: str) -> str:
    """Compatibility forms folded; direction marks, vowel points and control signs gone; at most LONGEST_QUESTION."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_QUESTION]).translate(_QUOTES)
    return _HIDDEN.sub("", folded)


def question_words(text: str) -> list[str]:
    """The words of a cleaned question in lower case, possessive 's gone."""
    words = (match.group().lower() for match in _WORD.finditer(text))
    return [re.sub(r"'s?$", "", word).replace("'", "") if word.isascii() else word for word in words][:MOST_WORDS]


def is_stop(word: str) -> bool:
    return word in STOP or word in STOP_HEBREW or (len(word) > 4 and _HEBREW_PREFIXES.sub("", word) in STOP_HEBREW)
