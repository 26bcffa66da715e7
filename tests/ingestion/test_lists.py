"""Lists that go on by a button or by scrolling are read to their end, in a real browser where nothing else does it."""

import json

import pytest

from catalog.models import Document
from ingestion.browser import Browser
from ingestion.extract import FetchedPage, Page, extract, why_browser
from ingestion.models import FrontierUrl, IngestLog

from .scrapes import scrape
from .site import page, text

pytestmark = pytest.mark.django_db(transaction=True)
ITEMS = 30
LIST = "<ul id=list>" + "".join(f'<li><a href="/tone-{n}">Tone {n}</a></li>' for n in range(6)) + "</ul>"
# Adds the next six products, as a shop's scripts do: asked for with a delay, and none are left after ITEMS.
ADD = """let at = 6; const list = document.getElementById('list');
const add = async () => { const parts = await (await fetch('/part?from=' + at)).json(); at += parts.length;
  for (const n of parts) { const item = document.createElement('li'); item.innerHTML = `<a href="/tone-${n}">Tone ${n}</a>`; list.append(item) }
  return parts.length };"""


def part(handler):
    start = int(handler.path.split("=")[1])
    return text(json.dumps(list(range(start, min(start + 6, ITEMS)))), "application/json")


@pytest.fixture
def shop(site):
    site.answers |= {f"/tone-{n}": page(f"Tone {n}") for n in range(ITEMS)} | {"/part": part}
    site.answers["/robots.txt"] = text("User-agent: *\nDisallow: /private")
    return site


def found() -> set[int]:
    rows = FrontierUrl.objects.filter(url__contains="/tone-", state="stored")
    return {int(row.url.rsplit("-", 1)[1]) for row in rows}


@pytest.mark.parametrize(
    "button",
    [
        "<button id=more>Load more</button>", "<button id=more type=button>טען עוד</button>", '<a id=more href="#">Show more products</a>',
        "<div id=more role=button>Mehr anzeigen</div>",
    ],
)  # fmt: skip
def test_a_button_is_clicked_until_nothing_new_comes(shop, brand, button):
    script = f"<script>{ADD} const more = document.getElementById('more'); more.onclick = (e) => {{ e.preventDefault(); setTimeout(add, 150) }}</script>"
    shop.answers["/"] = page("Tones", LIST + button + script)
    scrape(brand)
    assert found() == set(range(ITEMS))
    assert FrontierUrl.objects.get(url=f"{shop.base}/").reason == (
        "Read in the browser: its list goes on by a button or by scrolling. 4 further parts of its list were loaded."
    )


@pytest.mark.parametrize(
    "script",
    [
        "new IntersectionObserver((seen) => seen[0].isIntersecting && add()).observe(document.getElementById('end'));",
        """let busy = false; window.addEventListener('scroll', async () => { if (busy || scrollY + innerHeight < document.documentElement.scrollHeight - 50) return;
           busy = true; await new Promise((r) => setTimeout(r, 100)); await add(); busy = false })""",
    ],
    ids=["watched element", "scrolling"],
)  # fmt: skip
def test_a_list_that_loads_on_scroll_is_followed_to_its_end(shop, brand, script):
    tall = "<style>li{display:block;height:300px}</style>"
    shop.answers["/"] = page(
        "Tones", f"{tall}{LIST}<div id=end class=scroll-sentinel></div><script>{ADD}{script}</script>"
    )
    scrape(brand)
    assert found() == set(range(ITEMS))


def test_what_a_list_shows_only_for_a_while_is_kept(shop, brand):
    script = f"<script>{ADD} document.getElementById('more').onclick = async () => {{ const old = [...list.children]; await add() && old.forEach(n => n.remove()) }}</script>"
    shop.answers["/"] = page("Tones", f"{LIST}<button id=more>Load more</button>{script}")
    scrape(brand)
    assert found() == set(range(ITEMS))


@pytest.mark.parametrize(
    "markup",
    [
        '<button data-url="/next?part=1">Load more</button>', '<a data-next="/next?part=1" href="#">View more</a>',
        '<button hx-get="/next?part=1" hx-target="#list">Show more</button>', '<div hx-get="/next?part=1" hx-trigger="revealed"></div>',
        '<turbo-frame src="/next?part=1" loading=lazy></turbo-frame>',
    ],
)  # fmt: skip
def test_a_button_that_carries_an_address_needs_no_browser(shop, brand, markup, monkeypatch):
    monkeypatch.setattr(Browser, "render", None)
    items = "".join(
        f'<li><a href="/tone-{n}">Tone {n}</a> with enough to say of it that it would be kept as a page</li>'
        for n in range(6, ITEMS)
    )
    shop.answers |= {"/": page("Tones", LIST + markup), "/next": (200, {"Content-Type": "text/html"}, items.encode())}
    scrape(brand)
    assert found() == set(range(ITEMS)) and shop.counts["/next?part=1"] == 1
    assert not Document.objects.filter(url__contains="/next").exists()


def test_parts_of_a_list_in_json_are_read(shop, brand):
    answer = {"html": '<li><a href="/tone-6">Tone 6</a></li>', "items": [{"title": "Tone 7", "url": "/tone-7"}]}
    shop.answers |= {
        "/": page("Tones", f'{LIST}<button data-url="/api/more">Load more</button>'),
        "/api/more": text(json.dumps(answer), "application/json"),
    }
    scrape(brand)
    assert found() == set(range(8))


def test_nothing_is_clicked_that_does_more_than_show(shop, brand):
    harm = """<form method=post action=/buy><button>Show more</button></form><button class=add-to-cart onclick="fetch('/bought')">View more</button>
        <button onclick="fetch('/deleted')">Delete more</button><section class=product-reviews><button onclick="fetch('/reviews')">Load more</button></section>
        <button onclick="fetch('/login')">Log in to see more</button><header><button onclick="fetch('/menu')">Show more</button></header>
        <button aria-expanded=false onclick="fetch('/opened')">Show more</button><button disabled onclick="fetch('/off')">Load more</button>"""
    shop.answers["/"] = page(
        "Tones",
        f"{LIST}{harm}<button id=more>Load more</button><script>{ADD} document.getElementById('more').onclick = add</script>",
    )
    scrape(brand)
    assert found() == set(range(ITEMS))
    assert not {"/buy", "/bought", "/deleted", "/reviews", "/login", "/menu", "/opened", "/off"} & set(shop.counts)


def test_a_list_without_end_is_left_after_some_parts(shop, brand, monkeypatch):
    monkeypatch.setattr("ingestion.unrolling.MOST_STEPS", 4)
    script = "let n = 100; document.getElementById('more').onclick = () => { list.insertAdjacentHTML('beforeend', `<li><a href=/tone-${n}>x</a></li>`); n += 1 }"
    shop.answers["/"] = page(
        "Tones",
        f"{LIST}<button id=more>Load more</button><script>const list = document.getElementById('list'); {script}</script>",
    )
    scrape(brand)
    assert FrontierUrl.objects.filter(url__contains="/tone-1").count() == 1 + 4


def test_a_click_that_leads_elsewhere_does_not_change_the_page(shop, brand):
    script = "document.getElementById('more').onclick = () => { history.pushState({}, '', '/other'); document.querySelector('main').innerHTML = '<h1>Other</h1>' }"
    shop.answers["/"] = page("Home", '<a href="/tones">Tones</a>')
    shop.answers["/tones"] = page("Tones", f"{LIST}<button id=more>Load more</button><script>{script}</script>")
    scrape(brand)
    assert found() == set(range(6)) and "Tone 5" in Document.objects.get(url=f"{shop.base}/tones").pages.get().text


@pytest.mark.parametrize(
    ("markup", "needs"),
    [
        (f"{LIST}<button>Load more</button>", True),
        (f"{LIST}<p>Showing 6 of 30 products</p>", True),
        (f"{LIST}<p>Showing 6 of 6 products</p>", False),
        (f'{LIST}<button>Load more</button><a href="?page=2">2</a>', False),
        (f'{LIST}<a href="/all">Show more</a>', False),
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


def test_where_the_browser_shows_nothing_more_it_is_not_asked_again(site, brand):
    short = "<!doctype html><html lang=en><title>Page {0}</title><body><main><h1>Page {0}</h1><p>Short.</p></main><script>1</script>"
    site.answers |= {f"/s/{n}": (200, {"Content-Type": "text/html"}, short.format(n).encode()) for n in range(30)}
    site.answers["/"] = page("Home", "".join(f'<a href="/s/{n}">{n}</a>' for n in range(30)))
    scrape(brand)
    assert IngestLog.objects.filter(code="rendered_in_vain").count() >= 5
    assert FrontierUrl.objects.filter(url__contains="/s/", rendered=True).count() <= 24


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
