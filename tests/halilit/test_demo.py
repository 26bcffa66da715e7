"""The invented brand's website."""

import json
import re
import sys
import threading
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from selectolax.lexbor import LexborHTMLParser

from halilit.demo import content, manuals, pictures
from halilit.demo.server import running_site
from halilit.demo.site import Site
from tests.installation import end_group, wait_until

QUESTIONS = Path(content.__file__).with_name("questions.jsonl")
MISSING = "/products/pedals/wander-wp-4/"


@pytest.fixture(scope="module")
def base():
    with running_site() as url:
        yield url


@pytest.fixture(scope="module")
def texts():
    """Text of every page of every manual, by file name."""
    made = {}
    for manual in content.load().manuals.values():
        with pypdfium2.PdfDocument(manuals.render(manual)) as document:
            made[manual.file] = [page.get_textpage().get_text_bounded() for page in document]
    return made


def walk(base: str) -> dict[str, int]:
    """Status of every address that can be reached from the front page, the endless listing left out."""
    seen: dict[str, int] = {}
    waiting = [f"{base}/"]
    with httpx.Client() as client:
        while waiting:
            url = waiting.pop()
            path = urlsplit(url).path
            if path in seen or path == "/events/":
                continue
            answer = client.get(url)
            seen[path] = answer.status_code
            waiting += [urljoin(url, answer.headers["location"])] if answer.is_redirect else []
            if answer.headers["content-type"].startswith("text/html"):
                tree = LexborHTMLParser(answer.text)
                links = [node.attributes.get("href") or node.attributes.get("src") for node in tree.css("[href],[src]")]
                waiting += [urljoin(url, link) for link in links if link]
    return seen


def test_every_link_resolves_but_the_one_that_is_dead_on_purpose(base):
    seen = walk(base)
    assert {path for path, status in seen.items() if status >= 400} == {MISSING}
    assert {path for path, status in seen.items() if 300 <= status < 400} == {"/k25", "/manuals/k25.pdf"}
    unreached = set(Site().resources) - set(seen) - {"/robots.txt", "/sitemap.xml"}
    # The script's data name them, no link does: only a browser finds them.
    assert unreached == {"/media/pulse-p-8-detail.png"}


def test_the_sitemap_names_living_pages_of_the_host_that_was_asked(base):
    pages = re.findall(r"<loc>(.*?)</loc>", httpx.get(f"{base}/sitemap.xml").text)
    assert len(pages) > 25
    assert {httpx.get(page).status_code for page in pages} == {200}
    assert all(page.startswith(base) for page in pages)


def test_there_are_twelve_products_in_three_families_and_six_manuals_of_several_pages(texts):
    everything = content.load()
    assert len(everything.products) >= 12
    assert len({product.family for product in everything.products.values()}) >= 3
    assert len(texts) >= 6
    assert all(len(pages) >= 3 for pages in texts.values())


def test_every_page_of_every_manual_has_text(texts):
    assert all(len(page) > 80 for pages in texts.values() for page in pages)


def test_a_chapter_begins_on_the_page_that_the_contents_name(texts):
    for manual in content.load().manuals.values():
        for number, chapter in enumerate(manual.chapters, 1):
            assert chapter.heading in texts[manual.file][number].replace("\r\n", " ")


def test_pictures_and_manuals_are_the_same_bytes_every_time():
    everything = content.load()
    manual = everything.manuals["K-Series_User_Guide.pdf"]
    draw = everything.products["k-25"].draw
    assert manuals.render(manual) == manuals.render(manual)
    assert pictures.render(draw) == pictures.render(draw) != pictures.render(draw, detail=True)


def test_the_data_of_the_pages_are_told_in_every_way():
    by_path = {product.markup: Site().get(product.path).body.decode() for product in content.load().products.values()}
    assert "application/ld+json" in by_path["jsonld"]
    assert "itemprop" in by_path["microdata"]
    assert "itemprop" not in by_path["plain"] and "ld+json" not in by_path["plain"]


def test_structured_data_are_valid_json_with_name_and_price(base):
    product = content.load().products["k-25"]
    tree = LexborHTMLParser(httpx.get(base + product.path).text)
    (script,) = tree.css('script[type="application/ld+json"]')
    data = json.loads(script.text())
    assert (data["name"], data["offers"]["price"]) == (product.name, product.price)
    assert data["image"][0].startswith(base)


@pytest.mark.browser
def test_one_product_page_says_nothing_until_its_script_has_run(base, page):
    product = content.load().products["pulse-p-8"]
    tree = LexborHTMLParser(httpx.get(base + product.path).text)
    tree.strip_tags(["script"])
    assert product.name not in tree.text()
    page.goto(base + product.path)
    assert page.locator("h1").inner_text() == product.name
    assert page.locator("table tr").count() == len(product.specs)


def test_what_did_not_change_is_not_sent_again(base):
    for path in ("/", "/media/k-25.png", "/files/manuals/Drift_DR-2_User_Manual.pdf", "/robots.txt"):
        first = httpx.get(base + path)
        again = httpx.get(base + path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
        dated = httpx.get(base + path, headers={"If-Modified-Since": first.headers["last-modified"]})
        assert dated.status_code == 304
        assert httpx.get(base + path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_sends_the_length_and_no_body(base):
    answer = httpx.head(f"{base}/products/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len(httpx.get(f"{base}/products/").content)


def test_the_calendar_never_ends(base):
    tree = LexborHTMLParser(httpx.get(f"{base}/events/?page=4711").text)
    assert [link.attributes["href"] for link in tree.css("a[rel=next]")] == ["/events/?page=4712"]


def test_robots_closes_the_dealers_area(base):
    assert "Disallow: /dealers/" in httpx.get(f"{base}/robots.txt").text


def test_a_bad_host_name_is_refused(base):
    assert httpx.get(base, headers={"Host": "a<b>"}).status_code == 400


def test_many_readers_at_once_get_the_same_picture(base):
    got: list[bytes] = []
    readers = [
        threading.Thread(target=lambda: got.append(httpx.get(f"{base}/media/hearth-20.png").content)) for _ in range(8)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(got) == 8 and len(set(got)) == 1


def test_the_log_has_a_line_for_each_request(tmp_path):
    log = tmp_path / "requests.jsonl"
    with running_site(log=log) as url:
        httpx.get(f"{url}/products/?a=b", headers={"User-Agent": "Reader"})
    (line,) = [json.loads(line) for line in log.read_text().splitlines()]
    assert (line["path"], line["query"], line["status"], line["agent"]) == ("/products/", "a=b", 200, "Reader")
    assert line["bytes"] > 0


def test_the_command_says_where_it_serves_and_ends_on_sigterm(installation, tmp_path):
    ready, log = tmp_path / "ready.json", tmp_path / "log"
    words = ["demo_site", "--port", "0", "--ready-file", str(ready), "--log", str(log)]
    process = installation.start(sys.executable, "manage.py", *words)
    try:
        wait_until(ready.exists, 90, "the demo site is ready")
        url = json.loads(ready.read_text())["lumenhall"]
        assert httpx.get(url).status_code == 200
        process.terminate()
        assert process.wait(60) == 0
    finally:
        end_group(process)


def test_a_taken_port_is_a_clear_error(base):
    with pytest.raises(CommandError, match="--port"):
        call_command("demo_site", port=urlsplit(base).port)


def fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()


def test_the_answers_of_the_demo_questions_stand_on_the_cited_pages(texts):
    site = Site()
    questions = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    assert len(questions) >= 12
    assert {q["answerable"] for q in questions} == {True, False}
    for question in questions:
        for source in question["sources"]:
            if source["doc"].endswith(".pdf"):
                places = [texts[Path(source["doc"]).name][number - 1] for number in source["pages"]]
            else:
                places = [site.get(urlsplit(source["doc"]).path).body.decode()]
            for place in places:
                for wanted in question["must_contain"]:
                    assert any(fold(words) in fold(place) for words in wanted), (question["id"], source, wanted)
