"""Lists that go on by a button or by scrolling are read to their end, in a real browser where nothing else does it.

One scrape reads a shop with a list of each sort; each test looks at what came of its own.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.management import call_command

from catalog.models import Brand, Document
from ingestion.browser import Browser
from ingestion.extract import FetchedPage, Page, extract, why_browser
from ingestion.models import FrontierUrl, IngestLog

from .scrapes import scrape
from .site import Answer, Site, page, serve, text

ITEMS = 30
# Adds the next six products, as a shop's scripts do: asked for with a delay, and none are left after ITEMS.
ADD = """let at = 6; const list = document.getElementById('list');
const add = async () => { const parts = await (await fetch('part?from=' + at)).json(); at += parts.length;
  for (const n of parts) { const item = document.createElement('li'); item.innerHTML = `<a href="tone-${n}">Tone ${n}</a>`; list.append(item) }
  return parts.length };"""
BUTTONS = {
    "english": "<button id=more>Load more</button>",
    "hebrew": "<button id=more type=button>טען עוד</button>",
    "link": '<a id=more href="#">Show more products</a>',
    "role": "<div id=more role=button>Mehr anzeigen</div>",
}
CLICKED = f"<script>{ADD} const more = document.getElementById('more'); more.onclick = (e) => {{ e.preventDefault(); setTimeout(add, 150) }}</script>"
SCROLLED = {
    "watched": "new IntersectionObserver((seen) => seen[0].isIntersecting && add()).observe(document.getElementById('end'));",
    "scrolling": """let busy = false; window.addEventListener('scroll', async () => { if (busy || scrollY + innerHeight < document.documentElement.scrollHeight - 50) return;
           busy = true; await new Promise((r) => setTimeout(r, 100)); await add(); busy = false })""",
}
FOR_A_WHILE = f"<button id=more>Load more</button><script>{ADD} document.getElementById('more').onclick = async () => {{ const old = [...list.children]; await add() && old.forEach(n => n.remove()) }}</script>"
HARM = """<form method=post action=/buy><button>Show more</button></form><button class=add-to-cart onclick="fetch('/bought')">View more</button>
        <button onclick="fetch('/deleted')">Delete more</button><section class=product-reviews><button onclick="fetch('/reviews')">Load more</button></section>
        <button onclick="fetch('/login')">Log in to see more</button><header><button onclick="fetch('/menu')">Show more</button></header>
        <button aria-expanded=false onclick="fetch('/opened')">Show more</button><button disabled onclick="fetch('/off')">Load more</button>"""
ELSEWHERE = "<button id=more>Load more</button><script>document.getElementById('more').onclick = () => { history.pushState({}, '', '/other'); document.querySelector('main').innerHTML = '<h1>Other</h1>' }</script>"
IN_BROWSER = (
    {name: button + CLICKED for name, button in BUTTONS.items()}
    | {
        name: f"<style>li{{display:block;height:300px}}</style><div id=end class=scroll-sentinel></div><script>{ADD}{script}</script>"
        for name, script in SCROLLED.items()
    }
    | {
        "while": FOR_A_WHILE,
        "harm": f"{HARM}<button id=more>Load more</button><script>{ADD} document.getElementById('more').onclick = add</script>",
        "elsewhere": ELSEWHERE,
    }
)
ADDRESSES = {
    "data-url": '<button data-url="{}">Load more</button>',
    "data-next": '<a data-next="{}" href="#">View more</a>',
    "hx-get": '<button hx-get="{}" hx-target="#list">Show more</button>',
    "revealed": '<div hx-get="{}" hx-trigger="revealed"></div>',
    "turbo": '<turbo-frame src="{}" loading=lazy></turbo-frame>',
}


def listed(name: str = "") -> str:
    """The first six products of a list, and where the others come to stand; with a name, those of that list."""
    path = f"/{name}/" if name else "/"
    return "<ul id=list>" + "".join(f'<li><a href="{path}tone-{n}">Tone {n}</a></li>' for n in range(6)) + "</ul>"


LIST = listed()


def part(handler) -> Answer:
    start = int(handler.path.split("=")[1])
    return text(json.dumps(list(range(start, min(start + 6, ITEMS)))), "application/json")


def with_products(site: Site, name: str, markup: str) -> None:
    site.answers |= {f"/{name}/tone-{n}": page(f"Tone {n} of {name}") for n in range(ITEMS)}
    site.answers |= {f"/{name}/tones": page(f"Tones of {name}", listed(name) + markup), f"/{name}/part": part}


def brand_of(site: Site) -> Brand:
    links = "".join(f'<a href="{path}">{path}</a>' for path in site.answers if path.endswith("/tones"))
    site.answers |= {"/": page("Home", links), "/robots.txt": text("User-agent: *\nDisallow: /private")}
    return Brand.objects.create(name="Tonewerk", slug="tonewerk", website=site.base)


@dataclass(frozen=True)
class Shop:
    """What a scrape of one found: numbers of the products by list, why each list was read as it was, and requests."""

    products: dict[str, set[int]]
    reasons: dict[str, str]
    texts: dict[str, str]
    counts: Counter[str]

    @classmethod
    def read(cls, site: Site) -> "Shop":
        scrape(brand_of(site))
        products: dict[str, set[int]] = {}
        for url in FrontierUrl.objects.filter(url__contains="/tone-", state="stored").values_list("url", flat=True):
            *_, name, item = url.split("/")
            products.setdefault(name, set()).add(int(item.removeprefix("tone-")))
        rows = FrontierUrl.objects.filter(url__endswith="/tones").values_list("url", "reason")
        pages = Document.objects.values_list("url", "pages__text")
        return cls(
            products,
            {url.split("/")[-2]: reason for url, reason in rows},
            {url.removeprefix(site.base): said or "" for url, said in pages},
            site.counts,
        )


@pytest.fixture(scope="module")
def read_once(django_db_setup, django_db_blocker) -> Callable[[dict[str, str]], Shop]:
    """Reads a shop of such lists; the database is as empty afterwards as after a test that commits."""

    def read(lists: dict[str, str], **answers: Answer) -> Shop:
        with serve() as site, django_db_blocker.unblock():
            for name, markup in lists.items():
                with_products(site, name, markup)
            site.answers |= {f"/{path.replace('__', '/')}": answer for path, answer in answers.items()}
            try:
                return Shop.read(site)
            finally:
                call_command("flush", interactive=False, verbosity=0)

    return read


@pytest.fixture(scope="module")
def in_browser(read_once) -> Shop:
    return read_once(IN_BROWSER)


@pytest.mark.parametrize("button", BUTTONS)
def test_a_button_is_clicked_until_nothing_new_comes(in_browser, button):
    assert in_browser.products[button] == set(range(ITEMS))
    assert in_browser.reasons[button] == (
        "Read in the browser: its list goes on by a button or by scrolling. 4 further parts of its list were loaded."
    )


@pytest.mark.parametrize("script", SCROLLED)
def test_a_list_that_loads_on_scroll_is_followed_to_its_end(in_browser, script):
    assert in_browser.products[script] == set(range(ITEMS))


def test_what_a_list_shows_only_for_a_while_is_kept(in_browser):
    assert in_browser.products["while"] == set(range(ITEMS))


def test_nothing_is_clicked_that_does_more_than_show(in_browser):
    assert in_browser.products["harm"] == set(range(ITEMS))
    assert not {"/buy", "/bought", "/deleted", "/reviews", "/login", "/menu", "/opened", "/off"} & set(
        in_browser.counts
    )


def test_a_click_that_leads_elsewhere_does_not_change_the_page(in_browser):
    assert in_browser.products["elsewhere"] == set(range(6)) and "Tone 5" in in_browser.texts["/elsewhere/tones"]


@pytest.fixture(scope="module")
def without_browser(read_once) -> Shop:
    """The same of lists whose buttons carry the address of what they load."""
    answers = {}
    for name in ADDRESSES:
        items = "".join(
            f'<li><a href="/{name}/tone-{n}">Tone {n}</a> with enough to say of it that it would be kept as a page</li>'
            for n in range(6, ITEMS)
        )
        answers[f"{name}__next"] = (200, {"Content-Type": "text/html"}, items.encode())
    parts = {
        "html": '<li><a href="/json/tone-6">Tone 6</a></li>',
        "items": [{"title": "Tone 7", "url": "/json/tone-7"}],
    }
    answers["json__api__more"] = text(json.dumps(parts), "application/json")
    lists = {name: markup.format(f"/{name}/next?part=1") for name, markup in ADDRESSES.items()}
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(Browser, "render", None)
        return read_once(lists | {"json": '<button data-url="/json/api/more">Load more</button>'}, **answers)


@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_button_that_carries_an_address_needs_no_browser(without_browser, kind):
    assert without_browser.products[kind] == set(range(ITEMS)) and without_browser.counts[f"/{kind}/next?part=1"] == 1
    assert not [url for url in without_browser.texts if "/next" in url]


def test_parts_of_a_list_in_json_are_read(without_browser):
    assert without_browser.products["json"] == set(range(8))


@pytest.mark.django_db(transaction=True)
def test_a_list_without_end_is_left_after_some_parts(site, monkeypatch):
    monkeypatch.setattr("ingestion.unrolling.MOST_STEPS", 4)
    script = "let n = 100; document.getElementById('more').onclick = () => { list.insertAdjacentHTML('beforeend', `<li><a href=tone-${n}>x</a></li>`); n += 1 }"
    with_products(
        site,
        "endless",
        f"<button id=more>Load more</button><script>const list = document.getElementById('list'); {script}</script>",
    )
    scrape(brand_of(site))
    assert FrontierUrl.objects.filter(url__contains="/tone-1").count() == 1 + 4


@pytest.mark.parametrize(
    ("markup", "needs"),
    [
        (f"{LIST}<button>Load more</button>", True),
        (f"{LIST}<p>Showing 6 of 30 products</p>", True),
        (f"{LIST}<p>Showing 6 of 6 products</p>", False),
        (f'{LIST}<button>Load more</button><a href="?page=2">2</a>', False),
        (f'{LIST}<a href="/tones">Show more</a>', False),
        (f"<p>Text</p><button>Show more</button>{'<p>x</p>' * 9}", False),
        (f"{LIST}<section class=reviews><button>Load more</button></section>", False),
    ],
)
def test_a_list_goes_to_the_browser_only_where_no_link_leads_on(markup, needs):
    html = page("Tones", f"{markup}<script>x()</script>")[2].decode()
    assert why_browser(Page(html), html) == ("its list goes on by a button or by scrolling" if needs else "")


def test_a_part_of_a_page_is_no_page_of_its_own():
    part = "<li><a href='/a'>Tone</a> " + "Much to say about it. " * 40 + "</li>"
    assert extract(FetchedPage("http://site.example/part", part, "Tonewerk")).kind == "fragment"


APP = "<!doctype html><html lang=en><head><title>{}</title></head><body><div id=app></div><script>document.title; document.getElementById('app').innerHTML = `<main><h1>{}</h1>{}<p>${{'Made by a script, at some length. '.repeat(20)}}</p></main>`</script></body></html>"


def app(title: str, more: str = "") -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "text/html", "ETag": f'"{title}"'}, APP.format(title, title, more).encode()


@pytest.mark.django_db(transaction=True)
def test_once_pages_of_a_kind_needed_the_browser_the_others_go_there_at_once(site, brand):
    links = "".join(f'<a href="/app/{n}">Page {n}</a>' for n in range(40))
    site.answers |= {f"/app/{n}": app(f"Page {n}") for n in range(40)} | {
        "/": page("Home", links),
        "/plain": page("Plain"),
    }
    scrape(brand)
    straight = set(IngestLog.objects.filter(details__why__code="site_needs_it").values_list("url", flat=True))
    assert len(straight) >= 10 and IngestLog.objects.filter(details__why__code="no_text").count() >= 3
    assert all(site.counts[url.removeprefix(site.base)] == 1 for url in straight)
    assert Document.objects.filter(url__contains="/app/").count() == 40
    site.asked.clear()
    again = scrape(brand)
    assert again.counters["unchanged"] >= 40 and max(site.counts.values()) == 1


@pytest.mark.django_db(transaction=True)
def test_where_the_browser_shows_nothing_more_it_is_not_asked_again(site, brand):
    short = "<!doctype html><html lang=en><title>Page {0}</title><body><main><h1>Page {0}</h1><p>Short.</p></main><script>1</script>"
    site.answers |= {f"/s/{n}": (200, {"Content-Type": "text/html"}, short.format(n).encode()) for n in range(30)}
    site.answers["/"] = page("Home", "".join(f'<a href="/s/{n}">{n}</a>' for n in range(30)))
    scrape(brand)
    assert IngestLog.objects.filter(code="rendered_in_vain").count() >= 5
    assert FrontierUrl.objects.filter(url__contains="/s/", rendered=True).count() <= 24


@pytest.mark.django_db(transaction=True)
def test_routes_behind_the_hash_are_pages_of_their_own(site, brand):
    script = """<script>const show = () => { document.getElementById('app').innerHTML = `<main><h1>${location.hash || 'Start'}</h1>
        <a href="#!/tone-3">Three</a><a href="#!/tone-5">Five</a><p>${('Of ' + location.hash + ' there is much to say. ').repeat(20)}</p></main>` };
        addEventListener('hashchange', show); show()</script>"""
    site.answers["/"] = (
        200,
        {"Content-Type": "text/html"},
        f"<!doctype html><html lang=en><body><div id=app></div>{script}</body></html>".encode(),
    )
    scrape(brand)
    texts = {d.url.removeprefix(site.base): d.pages.get().text for d in Document.objects.all()}
    assert set(texts) == {"/#!/tone-3", "/#!/tone-5"} and "Of #!/tone-5 there" in texts["/#!/tone-5"]
