"""Questions of monitors on this machine. They come without the proxy, so without HTTPS and the site's name."""

import ipaddress

from django.http import HttpRequest

PATHS = ("/healthz", "/readyz", "/metrics")


def is_local(request: HttpRequest) -> bool:
    """Whether a process of this machine asks; behind a proxy everything seems to, so a forwarded request does not."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def is_probe(request: HttpRequest) -> bool:
    return request.path_info in PATHS and request.method in ("GET", "HEAD") and is_local(request)
