"""What belongs to a brand's site: its hosts, its languages, and what no visit would bring to an end."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache
from urllib.parse import parse_qsl, urlsplit

from catalog.patterns import BadPattern, Pattern, SlowPattern, compiled

from .addresses import SKIPPED_EXTENSIONS, host_of, page_number
from .errors import StopRun
from .reasons import Reason, why
from .site_languages import DEFAULT, address_language

# Parts of a host's name. What is for members or machines alone has no manuals; what is for support often has all.
FOR_MEMBERS = re.compile(
    r"^(forums?|community|communities|boards?|login|signin|auth|sso|oauth|id|accounts?|my|members?|webmail|mail|email|smtp|mx|autodiscover"
    r"|jobs?|careers?|status|stats|analytics|track(ing)?|click|links?|go|ads?|api|dev|staging|stage|test|beta|demo|admin|cpanel|vpn"
    r"|intranet|extranet|dealers?|b2b|partners?|newsletters?|news-?letter|events?)$"
)
FOR_SUPPORT = re.compile(
    r"^(support|help|helpcenter|kb|faq|docs?|documentation|manuals?|downloads?|dl|files?|media|static|assets|content|cdn\w*|service|resources?"
    r"|library|products?)$"
)
ACCOUNT = re.compile(
    r"^/([a-z]{2}([-_][a-z]{2})?/)?(cart|basket|checkout|account|customer/(account|section)|my-?account|login|log-?in|signin|sign-?in|register"
    r"|wp-(login|admin)|password|wishlist|compare/add|warenkorb|panier|user/(login|register|password))(\.\w+)?(/|$)",
    re.I,
)
MOST_PARTS, MOST_REPEATS, MOST_PARAMETERS = 12, 2, 3
LONG_PATH = 6  # parts; a longer path that only goes on from the page that links to it grows without end
DATED = re.compile(r"^(date|month|year|day|week|tribe-bar-date)$", re.I)
DAY = re.compile(r"(?<!\d)(19|20)\d\d[-/]([01]?\d)([-/][0-3]?\d)?(?!\d)")
AT_END = re.compile(r"[-/](19|20)\d\d[-/][01]?\d([-/][0-3]?\d)?/?$")
YEARS = re.compile(r"/((?:19|20|21)\d\d)/[01]?\d(/[0-3]?\d)?/?$")
CALENDAR = re.compile(r"(^|[-_/])(calendar|kalender|agenda|events?|termine|schedule|tribe)([-_/]|$)", re.I)
# So many ways to filter one listing by two or more parameters are followed.
MOST_FACETS = 40


@cache
def suffixes():  # type: ignore[no-untyped-def]
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


@lru_cache(maxsize=5000)
def registrable(host: str) -> str:
    """The part of a host's name that somebody registered (publicsuffix.org), or the whole host where there is none."""
    if ":" in host or host.replace(".", "").isdigit():
        return host
    return str(suffixes().privatesuffix(host) or host)


@lru_cache(maxsize=5000)
def is_alias(host: str, site: str) -> bool:
    """Whether a host is a part of the same site as the brand's own host, though nobody has named it."""
    domain = registrable(site)
    if host.removeprefix("www.") == site.removeprefix("www."):
        return True
    if not host.endswith(f".{domain}") and host != domain:
        return False
    labels = host.removesuffix(domain).strip(".").split(".")
    if any(FOR_MEMBERS.match(label) for label in labels):
        return False
    # A brand whose site is a part of a larger one has its own files there, not the whole house.
    whole = site.removeprefix("www.") == domain
    return whole or any(FOR_SUPPORT.match(label) for label in labels)


@dataclass(frozen=True)
class Scope:
    """What belongs to a brand's site. `languages` empty: all of them; `site` is the host where it starts."""

    hosts: frozenset[str]
    languages: frozenset[str] = frozenset()
    excludes: tuple[Pattern, ...] = field(default=())
    site: str = ""

    @classmethod
    def of(cls, *, start_url: str, extra_hosts: str = "", languages: str = "", exclude_patterns: str = "") -> "Scope":
        """Raises StopRun where a pattern is none. `languages` empty: English and Hebrew; *: all."""
        site = host_of(start_url)
        hosts = {site} | {h.strip().lower() for h in extra_hosts.splitlines() if h.strip()}
        bare = {host.removeprefix("www.") for host in hosts}
        try:
            excludes = compiled(exclude_patterns)
        except BadPattern as problem:
            raise StopRun(why("bad_pattern")) from problem
        spoken = frozenset(code.strip().lower() for code in (languages or DEFAULT).split(",") if code.strip())
        every = frozenset[str]() if "*" in spoken else spoken
        return cls(frozenset(bare | {f"www.{host}" for host in bare}), every, excludes, site)

    def speaking(self, languages: frozenset[str]) -> "Scope":
        """The same site, read in these languages too."""
        return replace(self, languages=self.languages | languages) if self.languages else self

    def owns(self, url: str) -> bool:
        host = host_of(url)
        return host in self.hosts or (bool(self.site) and is_alias(host, self.site))

    def objection(self, url: str, *, language: str = "") -> Reason | None:
        """Why a page must not be visited, or None. Documents and pictures may come from other hosts: not asked here.

        `language` is what the link says of the page (hreflang).
        """
        parts = urlsplit(url)
        if not self.owns(url):
            return why("foreign_host", host=host_of(url))
        if SKIPPED_EXTENSIONS.search(parts.path):
            return why("kind")
        if problem := self.language_objection(language, "link") or self.language_objection(address_language(url)):
            return problem
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        if self.excluded(target, url):
            return why("excluded")
        return why("account") if ACCOUNT.search(parts.path) else trap_objection(url)

    def excluded(self, target: str, url: str) -> bool:
        """Raises StopRun where a pattern cannot tell in time: whoever wrote it must know."""
        try:
            return any(pattern.is_in(target) for pattern in self.excludes)
        except SlowPattern as problem:
            raise StopRun(why("slow_pattern", pattern=problem.pattern, url=url)) from problem

    def language_objection(self, language: str | None, evidence: str = "address") -> Reason | None:
        """Whether a language that an address, a link or a page states is none of the brand's."""
        code = (language or "").lower().split("-")[0]
        if not self.languages or not code or code == "x" or code in self.languages:
            return None
        return why("language", language=code, evidence=why(f"by_{evidence}"))


def trap_objection(url: str) -> Reason | None:
    """Patterns that an endless site shows: parts that repeat, paths without end, calendars, piled-up parameters."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if len(segments) > MOST_PARTS:
        return why("deep_path")
    if repeats(segments):
        return why("repeating_path")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if len(pairs) > MOST_PARAMETERS:
        return why("parameters")
    return why("calendar") if is_calendar(parts.path, pairs) else None


def repeats(segments: list[str]) -> bool:
    """Whether a part comes a third time, or two parts come twice in a row: a/b/a/b."""
    if any(count > MOST_REPEATS for count in Counter(segments).values()):
        return True
    return any(segments[at : at + 2] == segments[at + 2 : at + 4] for at in range(len(segments) - 3))


def is_calendar(path: str, pairs: list[tuple[str, str]]) -> bool:
    """A day, month or year that a page of a calendar shows: there is always a next one.

    The archive of a magazine (/2024/05/) has an end, which is today.
    """
    if any(DATED.match(key) for key, _ in pairs):
        return True
    if any(DAY.fullmatch(value) for _, value in pairs):
        return True
    if CALENDAR.search(path) and AT_END.search(path):
        return True
    found = YEARS.search(path)
    return found is not None and not 1990 <= int(found[1]) <= date.today().year


def grows(url: str, found_on: str) -> bool:
    """Whether a long path only goes on from the page that links to it, as links without a slash in front do."""
    path, before = urlsplit(url).path.rstrip("/"), urlsplit(found_on).path.rstrip("/")
    return path.count("/") > LONG_PATH and path.startswith(f"{before}/") and before.count("/") >= LONG_PATH - 1


def facet_key(url: str) -> str:
    """The listing that an address filters by two or more parameters; "" where it does not."""
    parts = urlsplit(url)
    many = parts.query.count("&") and page_number(url) is None
    return f"{parts.netloc}{parts.path}" if many else ""
