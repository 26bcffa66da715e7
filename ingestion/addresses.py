"""Web addresses: one spelling for each, and the pages of listings."""

import ipaddress
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

MAX_LENGTH = 1000
# Parameters that only say where a visitor came from.
TRACKING = re.compile(
    r"^(utm_\w+|[gdy]clid|gclsrc|[gw]braid|(fb|ms|tt|tw|li_fat_|epik)(cl)?id|mc_[ce]id|mkt_tok|_ga|_gl|_hs(enc|mi)|hs[A-Z]\w+|ref(errer)?"
    r"|srsltid|igsh(id)?|pk_\w+|mtm_\w+|piwik_\w+|matomo_\w+|yclid|wt\.mc_id|trk|spm|scid|cmpid|campaign_?id|vero_id|s_kwcid|_openstat)$",
    re.I,
)
# Parameters that show the same content otherwise: sorted, filtered, as a session or in another variant.
SAME_CONTENT = re.compile(
    r"^(sort.*|(product_list_)?(order|dir|mode|limit)|order[-_]?by|per[-_]?page|page[-_]?size|variant|currency|filter.*|add-to-cart"
    r"|remove_item|replytocom|share|print(able)?|amp|_pos|_ss|_fid|_psq|pr_\w+|_?(php)?sess(ion)?[-_]?id|_?sid|jsessionid|aspsessionid\w*"
    r"|cfid|cftoken|zenid|oscsid|xtc?sid|nocache|cachebuster|_dc)$",
    re.I,
)
# Parameters that only show otherwise with values such as these; ?view=product&id=7 names a page.
SHOWN_AS = re.compile(r"^(view|display|layout|style|show|mode)$", re.I)
WAYS_TO_SHOW = re.compile(r"^(grid|list|table|gallery|compact|small|large|tiles?|rows?|all|\d{1,3})$", re.I)
# A session in an address: a long random value under a short name, or as a part of the path.
TOKEN = re.compile(r"^(?=[^a-z]*[a-z])(?=\D*\d)[0-9a-z]{26,64}$", re.I)
SESSION_NAME = re.compile(r"^(s|t|u|sess|session|token|key|tok|auth|ticket|osc?id)$", re.I)
SESSION_PATH = re.compile(r";(jsessionid|phpsessid|sid)=[^/;]*|/\(S\([0-9a-z]{20,30}\)\)", re.I)
# A page of an application that keeps its routes behind the #; any other fragment is a place on a page.
ROUTE = re.compile(r"^#!?/[\w%.~-]|^#![\w%.~-]")
INDEX = re.compile(r"/(index\.(html?|php\d?|aspx?|jsp|cfm|shtml)|default\.(aspx?|html?))$", re.I)
PAGE_PARAMETER = re.compile(r"^(page|p|pg|paged|start|offset|from|seite|pagina)$", re.I)
SKIPPED_EXTENSIONS = re.compile(
    r"\.(zip|rar|7z|tar|gz|tgz|bz2|dmg|exe|msi|pkg|apk|iso|bin|hex|syx|mid|midi|wav|aiff?|mp3|m4a|ogg|flac|mp4|mov|avi|wmv|webm"
    r"|m4v|css|js|mjs|map|woff2?|ttf|otf|eot|ico|xml|rss|atom|json|ics|vcf|swf|psd|ai|eps|indd|docx?|xlsx?|pptx?|sketch)$",
    re.I,
)
IMAGE_EXTENSIONS = re.compile(r"\.(jpe?g|png|webp|gif|avif|svg|bmp|tiff?)$", re.I)
DOCUMENT_EXTENSIONS = re.compile(r"\.pdf(_[0-9a-f]{16,64})?$", re.I)
ABSOLUTE = re.compile(r"https?://", re.I)
# What a path may hold as it stands.
SAFE = "/:@!$&'()*+,;=~-._"
PLAIN = re.compile(r"[A-Za-z0-9/:@!$&'()*+,;=~._-]*")
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
CARRYING_IPV4 = tuple(map(ipaddress.ip_network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")))
# All that IANA has given out as public IPv6 lies in one block; site-local and other old ranges do not.
PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
# Nor are these for hosts of the internet, though the table of this Python has them as global (RFC 6890, 7526, 9637).
NOT_PUBLIC = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
# How many pages deep a listing is followed past the last page that showed anything new.
LISTING_PATIENCE = 2


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

    Scheme and host in lower case, no default port, fragment, user, session, tracking or display parameter; parameters
    sorted; percent-encoding normalised (RFC 3986, section 6.2.2). A fragment that is a route (#!/a, #/a) stays.
    """
    try:
        parts = urlsplit(url.strip() if ABSOLUTE.match(url.strip()) else urljoin(base, url.strip()))
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
    pairs = parse_qsl(parts.query, keep_blank_values=True) if parts.query else []
    kept = urlencode(sorted(pair for pair in pairs if names_page(*pair)))
    fragment = quoted(parts.fragment)
    route = fragment if fragment and ROUTE.match(f"#{fragment}") else ""
    normal = urlunsplit((parts.scheme, host, normal_path(parts.path), kept, route))
    return normal if len(normal) <= MAX_LENGTH else None


def quoted(part: str) -> str:
    """Percent-encoded where it must be and nowhere else; what is encoded and must stay so is left."""
    if PLAIN.fullmatch(part):
        return part
    # A slash, a question mark or another sign with a meaning that is encoded in a name means something else bare.
    pieces = re.split(r"(%(?:2F|3F|23|25|5C))", part, flags=re.I)
    return "".join(
        piece.upper()
        if odd
        else quote(unquote(piece, errors="surrogateescape").encode("utf-8", "surrogateescape"), safe=SAFE)
        for odd, piece in ((number % 2, piece) for number, piece in enumerate(pieces))
    )


def normal_path(raw: str) -> str:
    path = quoted(SESSION_PATH.sub("", raw) if ";" in raw or "(" in raw else raw) or "/"
    return without_dots(path) if "//" in path or "/." in path or path[0] != "/" else path


def without_dots(path: str) -> str:
    """Without empty parts, . and .. (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    folder = kept and path.endswith(("/", "/.", "/.."))
    return f"/{'/'.join(kept)}{'/' if folder else ''}"


def names_page(name: str, value: str) -> bool:
    """Whether a parameter says which page it is, rather than who asks, from where, and how it is to be shown."""
    if TRACKING.match(name) or SAME_CONTENT.match(name):
        return False
    if SHOWN_AS.match(name) and WAYS_TO_SHOW.match(value):
        return False
    return not (SESSION_NAME.match(name) and TOKEN.match(value))


def host_of(url: str) -> str:
    """Host name, without port."""
    return (urlsplit(url).hostname or "").lower()


def server_of(url: str) -> str:
    """Host and port, without `www.`: what is asked at one pace."""
    return urlsplit(url).netloc.lower().removeprefix("www.")


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def same_page_key(url: str) -> str:
    """Equal for addresses that only differ in scheme, `www.`, a trailing slash or the name of an index file.

    Letter case of a path may tell pages apart; that two of them are one only their content can prove.
    """
    parts = urlsplit(url)
    netloc = parts.netloc.removeprefix("www.")
    path = INDEX.sub("", parts.path).rstrip("/")
    route = f"#{parts.fragment.lstrip('!/').rstrip('/')}" if parts.fragment else ""
    return f"{netloc}{path or '/'}" + (f"?{parts.query}" if parts.query else "") + route


def is_private_address(address: str) -> bool:
    """Whether an IP address is anything but a public one (RFC 6890), IPv4 inside IPv6 included."""
    ip = ipaddress.ip_address(address.split("%")[0])
    # Translated (NAT64, RFC 6052) and once-compatible addresses carry an IPv4 address in their last four bytes.
    if isinstance(ip, ipaddress.IPv6Address) and any(ip in network for network in CARRYING_IPV4):
        return int(ip) >> 32 == 0 or is_private_address(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    if isinstance(ip, ipaddress.IPv6Address) and (
        inner := ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
    ):
        return is_private_address(str(inner))
    if isinstance(ip, ipaddress.IPv6Address) and ip not in PUBLIC_IPV6:
        return True
    return not ip.is_global or ip.is_multicast or any(ip in network for network in NOT_PUBLIC)


def looks_like_document(url: str) -> bool:
    return bool(DOCUMENT_EXTENSIONS.search(path_of(url)))


def looks_like_image(url: str) -> bool:
    return bool(IMAGE_EXTENSIONS.search(path_of(url)))


def path_of(url: str) -> str:
    """Of any text: "" where it is no address, such as one with half a bracket."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def page_number(url: str) -> int | None:
    """The number of a listing's page, or None where the address names none."""
    for key, value in parse_qsl(urlsplit(url).query):
        if PAGE_PARAMETER.match(key) and value.isdecimal():
            return int(value)
    found = re.search(r"/page/(\d{1,6})/?$", urlsplit(url).path)
    return int(found.group(1)) if found else None
