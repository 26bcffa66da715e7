"""The breadcrumb that a page shows, and the short lines of its content."""

from urllib.parse import urlsplit

from .dom import Page, text_of


def shown_breadcrumb(page: Page) -> list[str]:
    selectors = "[aria-label*=readcrumb], .breadcrumb, .breadcrumbs, [class*=breadcrumb], [itemtype*=BreadcrumbList]"
    for node in page.tree.css(selectors):
        steps = [text for item in node.css("li, a, [itemprop=name]") if (text := text_of(item).strip("/›>» "))]
        if steps:
            return list(dict.fromkeys(steps))
    # Without a mark: an ordered list of links that begins at the home page.
    for node in page.tree.css("nav ol"):
        links = node.css("a[href]")
        if (
            links
            and urlsplit(links[0].attributes.get("href") or "x").path in ("/", "")
            and not any(a.css_first("a a") for a in links)
        ):
            return list(dict.fromkeys(text for item in node.css("li") if (text := text_of(item).strip("/›>» "))))
    return []


def short_lines(page: Page) -> list[str]:
    """The short paragraphs of the main content, in order: where shops put numbers and notices."""
    nodes = page.main.css("p, li, dd") if page.main is not None else []
    return [text for node in nodes[:200] if not page.in_frame(node) and 3 < len(text := text_of(node)) < 90]
