"""Web addresses: one spelling for each, what belongs to a brand's site, and endless listings."""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from .reasons import Reason, why

MAX_LENGTH = 1000
# Parameters that only say where a visitor came from.
TRACKING = re.compile(
    r"^(utm_\w+|gclid|gbraid|wbraid|fbclid|msclkid|mc_[ce]id|_ga|_gl|ref|srsltid|igshid|hsCtaTracking)$"
)
# Parameters that show the same content otherwise: sorted, filtered, as a session or in another variant.
SAME_CONTENT = re.compile(
    r"^(sort(_?by)?|order(by)?|dir|view|display|limit|per_?page|variant|currency|session_?id|sid|phpsessid|jsessionid"
    r"|filter.*|add-to-cart|replytocom|share|print|amp|_pos|_sid|_ss|_fid|_psq|pr_\w+)$",
    re.I,
)
PAGE_PARAMETER = re.compile(r"^(page|p|pg|paged|start|offset|from|seite|pagina)$", re.I)
DATED = re.compile(r"^(date|month|year|day|week|tribe-bar-date)$", re.I)
SKIPPED_EXTENSIONS = re.compile(
    r"\.(zip|rar|7z|tar|gz|tgz|bz2|dmg|exe|msi|pkg|apk|iso|bin|hex|syx|mid|midi|wav|aiff?|mp3|m4a|ogg|flac|mp4|mov|avi|wmv|webm"
    r"|m4v|css|js|mjs|map|woff2?|ttf|otf|eot|ico|xml|rss|atom|json|ics|vcf|swf|psd|ai|eps|indd|docx?|xlsx?|pptx?|sketch)$",
    re.I,
)
IMAGE_EXTENSIONS = re.compile(r"\.(jpe?g|png|webp|gif|avif|svg|bmp|tiff?)$", re.I)
DOCUMENT_EXTENSIONS = re.compile(r"\.pdf(_[0-9a-f]{16,64})?$", re.I)
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# How many pages deep a listing is followed past the last page that showed anything new.
LISTING_PATIENCE = 2
LOCALE = re.compile(r"^(?P<language>[a-z]{2})([-_][a-z]{2})?$", re.I)
LANGUAGE_CODES = frozenset(
    "ar bg ca cs da de el en es et fi fr he hi hr hu id it ja ko lt lv nl no pl pt ro ru sk sl sr sv th tr uk vi "
    "zh".split()
)


def usable_host(host: str) -> str:
    """A host name as it is asked for: ASCII, each label of 1 to 63 signs; "" where it can be none (RFC 1123, IDNA)."""
    if ":" in host:
        return host
    if not host.isascii() or "xn--" in host:
        import idna

        try:
            host = idna.encode(host, uts46=True).decode()
            idna.decode(host)
        except UnicodeError:
            return ""
    return host if len(host) <= 253 and all(LABEL.fullmatch(label) for label in host.split(".")) else ""


def normalise_url(url: str, base: str = "") -> str | None:
    """The one spelling under which a URL is known, or None where it is no web address that can be visited.

    Scheme and host in lower case, no default port, fragment, user, tracking or display parameter; parameters sorted;
    percent-encoding normalised (RFC 3986, section 6.2.2).
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        url.encode()  # a lone surrogate is in no address
        host, port = usable_host((parts.hostname or "").rstrip(".")), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or len(url) > MAX_LENGTH:
        return None
    if port and port != {"http": 80, "https": 443}[parts.scheme]:
        host = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    elif ":" in host:
        host = f"[{host}]"
    path = quote(
        unquote(parts.path or "/", errors="surrogateescape").encode("utf-8", "surrogateescape"),
        safe="/%:@!$&'()*+,;=~-._",
    )
    path = urlsplit(urljoin("http://host/", re.sub(r"/{2,}", "/", path))).path  # without . and .. (RFC 3986, 5.2.4)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = sorted(pair for pair in pairs if not TRACKING.match(pair[0]) and not SAME_CONTENT.match(pair[0]))
    normal = urlunsplit((parts.scheme, host, path, urlencode(kept), ""))
    return normal if len(normal) <= MAX_LENGTH else None


def host_of(url: str) -> str:
    """Host name, without port."""
    return (urlsplit(url).hostname or "").lower()


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def same_page_key(url: str) -> str:
    """Equal for addresses that only differ in scheme, `www.`, a trailing slash or letter case of the path."""
    parts = urlsplit(url)
    netloc = parts.netloc.removeprefix("www.")
    path = parts.path.rstrip("/").lower().removesuffix("/index.html").removesuffix("/index.php")
    return f"{netloc}{path or '/'}" + (f"?{parts.query}" if parts.query else "")


def is_private_address(address: str) -> bool:
    """Whether an IP address is anything but a public one (RFC 6890), IPv4 inside IPv6 included."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and (
        inner := ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
    ):
        return is_private_address(str(inner))
    return not ip.is_global or ip.is_multicast


def looks_like_document(url: str) -> bool:
    return bool(DOCUMENT_EXTENSIONS.search(urlsplit(url).path))


def looks_like_image(url: str) -> bool:
    return bool(IMAGE_EXTENSIONS.search(urlsplit(url).path))


def page_number(url: str) -> int | None:
    """The number of a listing's page, or None where the address names none."""
    for key, value in parse_qsl(urlsplit(url).query):
        if PAGE_PARAMETER.match(key) and value.isdecimal():
            return int(value)
    found = re.search(r"/page/(\d{1,6})/?$", urlsplit(url).path)
    return int(found.group(1)) if found else None


@dataclass(frozen=True)
class Scope:
    """What belongs to a brand's site: its hosts, languages and left-out paths."""

    hosts: frozenset[str]
    languages: frozenset[str] = frozenset()
    excludes: tuple[re.Pattern[str], ...] = field(default=())

    @classmethod
    def of(cls, *, start_url: str, extra_hosts: str = "", languages: str = "", exclude_patterns: str = "") -> "Scope":
        """Raises ValueError where a pattern is no regular expression."""
        hosts = {host_of(start_url)} | {h.strip().lower() for h in extra_hosts.splitlines() if h.strip()}
        bare = {host.removeprefix("www.") for host in hosts}
        try:
            excludes = tuple(re.compile(line.strip()) for line in exclude_patterns.splitlines() if line.strip())
        except re.error as problem:
            raise ValueError(f"A path to leave out is no regular expression: {problem}") from problem
        spoken = frozenset(code.strip().lower() for code in languages.split(",") if code.strip())
        return cls(frozenset(bare | {f"www.{host}" for host in bare}), spoken, excludes)

    def owns(self, url: str) -> bool:
        return host_of(url) in self.hosts

    def objection(self, url: str) -> Reason | None:
        """Why a page must not be visited, or None. Documents and pictures may come from other hosts: not asked here."""
        parts = urlsplit(url)
        if not self.owns(url):
            return why("foreign_host", host=host_of(url))
        if SKIPPED_EXTENSIONS.search(parts.path):
            return why("kind")
        if self.languages and (language := path_language(parts.path)) and language not in self.languages:
            return why("language", language=language, evidence="address")
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        if any(pattern.search(target) for pattern in self.excludes):
            return why("excluded")
        return trap_objection(url)


def path_language(path: str) -> str | None:
    """The language that the first part of a path names, as in /fr/products or /en-us/."""
    first = path.strip("/").split("/", 1)[0]
    found = LOCALE.match(first)
    return language if found and (language := found["language"].lower()) in LANGUAGE_CODES else None


def trap_objection(url: str) -> Reason | None:
    """Patterns that an endless site shows: parts that repeat, paths without end, calendars, piled-up parameters."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if len(segments) > 12:
        return why("deep_path")
    if any(segments.count(segment) > 2 for segment in segments):
        return why("repeating_path")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if len(pairs) > 3:
        return why("parameters")
    if any(DATED.match(key) for key, _ in pairs):
        return why("calendar")
    return None
