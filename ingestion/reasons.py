"""Why a URL ended as it did: a code for programs, a sentence for people, and the stage at which it was decided.

A `Reason` is its English sentence, so it can stand wherever a sentence does; it also carries the code and what the
sentence is about, so that it can be said in another language. Nothing of Django is imported: the readers use it too.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for translation, as Django's function of this name does."""
    return sentence


DISCOVER, ROBOTS, FETCH, RENDER, READ, STORE = STAGES = ("discover", "robots", "fetch", "render", "read", "store")
OTHER = "other"

# By stage and code. `%(name)s` is what the sentence is about.
SENTENCES: dict[str, dict[str, str]] = {
    DISCOVER: {
        "foreign_host": gettext_noop("%(host)s does not belong to the brand."),
        "kind": gettext_noop("A file of a kind that is not read."),
        "language": gettext_noop("Its language (%(language)s, by its %(evidence)s) is not among the brand's."),
        "by_address": gettext_noop("address"),
        "by_link": gettext_noop("link"),
        "by_page": gettext_noop("own statement"),
        "own_language": gettext_noop(
            "The site has nothing in the wanted languages (%(wanted)s), so its own is read: %(language)s."
        ),
        "few_in_others": gettext_noop(
            "The site has few pages in other languages than the wanted ones, so they are read too."
        ),
        "excluded": gettext_noop("Left out by the brand's settings."),
        "slow_pattern": gettext_noop(
            "The path to leave out “%(pattern)s” takes too long to compare with addresses such as %(url)s. "
            "Write it simpler in the brand's settings, best as a part of the address such as /blog/, and start again."
        ),
        "account": gettext_noop("It belongs to a shop's account, cart or login, not to its products."),
        "deep_path": gettext_noop("A trap: the path has too many parts."),
        "repeating_path": gettext_noop("A trap: the path repeats itself."),
        "growing_path": gettext_noop("A trap: links lead to ever longer paths."),
        "parameters": gettext_noop("A trap: too many parameters."),
        "facets": gettext_noop("A trap: the same listing, filtered in ever new ways."),
        "calendar": gettext_noop("A trap: a calendar without end."),
        "fruitless": gettext_noop("A further page of a listing that leads to nothing new."),
        "too_many_steps": gettext_noop("It is too many steps away from the start."),
        "page_limit": gettext_noop("The limit of %(pages)s pages was reached."),
    },
    ROBOTS: {
        "robots": gettext_noop("robots.txt forbids it."),
        "robots_unread": gettext_noop(
            "%(host)s cannot be reached: it does not answer the question for its robots.txt."
        ),
    },
    FETCH: {
        "missing": gettext_noop("There is no such page (any more)."),
        "rest": gettext_noop("The site asks to be left alone for a while."),
        "host_rests": gettext_noop("%(host)s is to be left alone for a while, so it waits."),
        "host_busy": gettext_noop("%(host)s is being visited for another brand, so it waits."),
        "server_error": gettext_noop("The site answered with an error of its own (%(status)s)."),
        "refused": gettext_noop("The site refused (%(status)s)."),
        "redirect_circle": gettext_noop("The redirects lead round in a circle or never end."),
        "redirect_nowhere": gettext_noop("It redirects to something that is no web address."),
        "unasked": gettext_noop("It says that nothing has changed, though nothing is known of it."),
        "unreachable": gettext_noop("%(host)s cannot be reached."),
        "unreachable_because": gettext_noop("%(host)s cannot be reached: %(problem)s."),
        "slow_download": gettext_noop("The download took too long."),
        "no_answer": gettext_noop("%(host)s did not answer in time."),
        "undecodable": gettext_noop("The answer cannot be decoded: %(problem)s."),
        "packed": gettext_noop("It is packed in a way that was not asked for: %(way)s."),
        "nothing_sent": gettext_noop("The site sent nothing (%(status)s)."),
        "other_kind": gettext_noop("A file of a kind that is not read (%(kind)s)."),
        "too_large": gettext_noop("Larger than %(megabytes)s MB."),
        "private": gettext_noop(
            "%(host)s is at %(address)s, a private address. Only public sites are visited; "
            "set HALILIT_ALLOW_PRIVATE_HOSTS=1 for a site of your own."
        ),
        "worker_lost": gettext_noop("The worker was lost each time that it was fetched."),
        "unchanged": gettext_noop("Nothing has changed."),
    },
    RENDER: {
        "rendered": gettext_noop("Read in the browser: %(why)s."),
        "no_text": gettext_noop("it has no text without scripts"),
        "asks_scripts": gettext_noop("it asks for scripts"),
        "little_text": gettext_noop("it has %(characters)s characters without scripts"),
        "more_to_load": gettext_noop("its list goes on by a button or by scrolling"),
        "told_to": gettext_noop("the brand's settings ask for the browser"),
        "route": gettext_noop("its address has a route behind the # that only scripts know"),
        "site_needs_it": gettext_noop("%(pages)s pages like it needed the browser"),
        "rendered_more": gettext_noop("Read in the browser: %(why)s. %(times)s further parts of its list were loaded."),
        "rendered_in_vain": gettext_noop("Read over HTTP: the browser showed nothing more on %(pages)s pages like it."),
        "no_browser": gettext_noop("It needs a browser (%(why)s), and none was found: set HALILIT_CHROMIUM."),
        "browser_failed": gettext_noop("It needs a browser (%(why)s). %(problem)s"),
        "not_ready": gettext_noop("The page was not ready in the browser in time."),
        "browser_lost": gettext_noop("The browser was lost while it read the page."),
        "browser_refused": gettext_noop("The browser could not open the page: %(problem)s"),
        "rendered_large": gettext_noop("What its scripts made is larger than %(megabytes)s MB."),
        "rendered_heavy": gettext_noop("The page takes more than %(megabytes)s MB of memory in the browser."),
        "moved_out": gettext_noop("It moved to %(url)s: %(why)s"),
    },
    READ: {
        "too_slow": gettext_noop("The PDF takes too long to read."),
        "locked": gettext_noop("The PDF is locked with a password."),
        "broken": gettext_noop("The PDF is broken: it may have been cut off."),
        "too_heavy": gettext_noop("The PDF cannot be read: it is broken, or needs too much memory."),
        "scanned": gettext_noop("It holds pictures of pages only, so its text cannot be searched."),
        "many_pages": gettext_noop("It has so many pages that only the first ones can be searched."),
        "much_work": gettext_noop("It takes more than %(seconds)s seconds of work to read."),
        "much_memory": gettext_noop("It takes too much memory to read."),
        "many_attributes": gettext_noop("One of its elements has more than %(most)s attributes."),
        "deeply_nested": gettext_noop("Its elements are nested more than %(most)s levels deep."),
        "page_instead": gettext_noop("It is a web page, though its address promises a PDF."),
        "reader_lost": gettext_noop("The page brought its reader down (%(status)s)."),
        "archive_empty": gettext_noop("The archive holds no manuals: no PDF and no text."),
        "archive_broken": gettext_noop("The archive is broken: it may have been cut off."),
        "archive_locked": gettext_noop("It is locked with a password."),
        "archive_large": gettext_noop("The archive is too large when unpacked."),
        "archive_bomb": gettext_noop("It is packed so tightly that it looks like an attack."),
        "picture_large": gettext_noop("The picture has too many pixels."),
        "picture_broken": gettext_noop("The picture cannot be read."),
        "no_index": gettext_noop("The page asks not to be indexed."),
        "own_error": gettext_noop("An error of our own: %(problem)s"),
    },
    STORE: {
        "read_as": gettext_noop("Read as: %(kind)s."),
        "disbelieved": gettext_noop(
            "Read as: %(kind)s. It names %(url)s as its address, as other pages do: not believed."
        ),
        "leads_to": gettext_noop("It leads to %(url)s"),
        "same_page": gettext_noop("Same page as %(url)s"),
        "same_file": gettext_noop("Same file as %(url)s"),
        "not_kept": gettext_noop("It could not be stored: %(problem)s"),
        "other_site": gettext_noop("It leads to another site: %(url)s"),
        "archive": gettext_noop("An archive of %(documents)s documents."),
        "archive_refused": gettext_noop("An archive of %(documents)s documents. Refused: %(refused)s"),
    },
}
# Why a whole run failed, which is no stage of one URL.
OF_RUNS = {
    "nothing_read": gettext_noop("Nothing could be read at %(url)s. %(why)s"),
    "workers_lost": gettext_noop(
        "Its worker was lost %(times)s times. The log shows what was being read; leave that path out and try again."
    ),
    "bad_pattern": gettext_noop(
        "One of the paths to leave out cannot be used. The brand's settings say which and why when they are saved; "
        "mend it there, and start again."
    ),
}
TEXTS = {code: text for texts in (*SENTENCES.values(), OF_RUNS) for code, text in texts.items()}
STAGE_OF = {code: stage for stage, texts in SENTENCES.items() for code in texts}
OF_WORDS = ("evidence", "kind", "pattern", "problem", "refused", "wanted", "way", "why")  # details that may be several
CODE_OF = {text: code for code, text in TEXTS.items() if "%(" not in text}


class Reason(str):
    """A sentence with its code and details: words, numbers, or further reasons."""

    code: str = OTHER
    details: Mapping[str, Any] = {}

    @property
    def stage(self) -> str:
        return STAGE_OF.get(self.code, "")

    @property
    def stored(self) -> dict[str, Any]:
        """The details as they are kept in JSON."""
        return {name: kept(value) for name, value in self.details.items()}


def why(code: str, **details: Any) -> Reason:
    """The reason of this code."""
    reason = Reason(TEXTS[code] % details if details else TEXTS[code])
    reason.code, reason.details = code, details
    return reason


def reason_of(sentence: str) -> Reason:
    """The reason that a sentence is: its own where it has one, that of a fixed sentence, else one without a code."""
    if isinstance(sentence, Reason):
        return sentence
    code = CODE_OF.get(sentence)
    return why(code) if code else Reason(sentence)


def restored(code: str, details: Mapping[str, Any], sentence: str) -> Reason:
    """A reason from what was stored of it."""
    reason = Reason(sentence)
    reason.code, reason.details = code or OTHER, details
    return reason


def recognised(sentence: str) -> Reason:
    """The reason that a stored sentence gives, told by its words; one without a code where it is none of ours."""
    reason = reason_of(sentence)
    if reason.code != OTHER:
        return reason
    for code, pattern in with_details():
        if found := pattern.fullmatch(sentence):
            within = {name: recognised(value) for name, value in found.groupdict().items()}
            details = {name: str(value) if value.code == OTHER else value for name, value in within.items()}
            return restored(code, details, sentence)
    return reason


@cache
def with_details() -> list[tuple[str, re.Pattern[str]]]:
    """The sentences that are about something, those that say most before those that are like a part of them."""
    texts = sorted(((code, text) for code, text in TEXTS.items() if "%(" in text), key=lambda item: -len(item[1]))
    return [(code, re.compile("".join(map(part, re.split(r"(%\(\w+\)s)", text))), re.DOTALL)) for code, text in texts]


def part(text: str) -> str:
    """The pattern of a part of a sentence: of words, or of a detail such as `%(host)s`."""
    name = text[2:-2] if text.startswith("%(") else ""
    if not name:
        return re.escape(text)
    return rf"(?P<{name}>.+)" if name in OF_WORDS else rf"(?P<{name}>\S+)"


def kept(value: Any) -> Any:
    """A detail as JSON; one that is a reason itself as `told_detail` takes it."""
    if isinstance(value, Reason):
        return {"code": value.code, "details": value.stored, "text": str(value)}
    return value if isinstance(value, int | float | dict) else str(value)[:300]


def told(code: str, details: Mapping[str, Any], sentence: str, translate: Callable[[str], str]) -> str:
    """A stored reason in another language; its English sentence where the code is not known any more."""
    text = TEXTS.get(code)
    if text is None:
        return translate(sentence) if sentence else ""
    try:
        return translate(text) % {name: told_detail(value, translate) for name, value in details.items()}
    except (KeyError, ValueError, TypeError):
        return sentence


def told_detail(value: Any, translate: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return told(str(value.get("code", "")), value.get("details") or {}, str(value.get("text", "")), translate)
    return value
