"""Of the URLs that wait, those that there is room for at their hosts."""

from collections.abc import Callable

from .addresses import server_of
from .models import FrontierUrl


def fitting(rows: list[FrontierUrl], room: Callable[[str], int]) -> list[FrontierUrl]:
    """Those of the rows, in their order, that there is room for at their hosts."""
    left: dict[str, int] = {}
    kept = []
    for row in rows:
        host = server_of(row.url)
        left[host] = (left[host] if host in left else room(host)) - 1
        if left[host] >= 0:
            kept.append(row)
    return kept
