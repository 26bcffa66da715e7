"""One page has one address, however it is written; two pages never share one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingestion.addresses import normalise_url, same_page_key

SIGNS = st.text(alphabet="abAB019%/.-_~!$&'()*+,;=:@ ?#[]\\|^\"<>éאß\u200b\ud800", max_size=30)


@given(SIGNS, SIGNS, SIGNS)
@example("a//../b", "a=1&a=%", "!/x y")
@example("%2e%2E/%2f%252F", "x=%26&y", "")
@example("(S(abcdefghij0123456789))/a;jsessionid=9", "", "")
@example("/;sid=1/;sid=2", "", "")
def test_an_address_that_was_normalised_stays_as_it_is(path, query, fragment):
    once = normalise_url(f"http://www.e.com/{path}?{query}#{fragment}")
    if once is not None:
        assert normalise_url(once) == once and normalise_url(once, "http://other.example/a/") == once
        key = same_page_key(once)
        assert same_page_key(once.replace("http://www.", "https://")) == key


@given(st.from_regex(r"https?://[a-z]{1,8}\.[a-z]{2,5}(:[0-9]{1,5})?[!-~]{0,40}", fullmatch=True))
def test_any_address_keeps_its_spelling_and_its_key(url):
    once = normalise_url(url)
    if once is not None:
        assert normalise_url(once) == once and same_page_key(once) == same_page_key(normalise_url(once) or "")


@pytest.mark.parametrize(
    "spelled",
    [
        "http://e.com/a", "https://www.e.com/a/", "https://e.com:443/a", "http://e.com:80/a", "https://e.com/a/index.html",
        "https://e.com/a/Default.aspx", "https://e.com/a#part", "https://e.com/./b/../a", "https://e.com//a",
        "https://e.com/a?utm_source=x&fbclid=1", "https://e.com/a?sort=price&view=grid", "https://e.com/%61",
        "https://e.com/a;jsessionid=0A1B2C", "https://e.com/(S(abcdefghij0123456789abcd))/a", "https://E.com/a?PHPSESSID=1f",
        "https://e.com/a?s=0123456789abcdef0123456789abcdef", "https://e.com/a?product_list_order=name&product_list_dir=asc",
    ],
)  # fmt: skip
def test_spellings_of_one_page(spelled):
    assert same_page_key(normalise_url(spelled) or "") == "e.com/a"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://e.com/Tone", "https://e.com/tone"),  # letter case may matter
        ("https://e.com/a%2Fb", "https://e.com/a/b"),
        ("https://e.com/a%3Fb=1", "https://e.com/a?b=1"),
        ("https://e.com/?view=product&id=7", "https://e.com/?view=article&id=7"),
        ("https://e.com/#!/tone-3", "https://e.com/#!/tone-5"),
        ("https://e.com/#/tone-3", "https://e.com/"),
        ("https://e.com:8443/a", "https://e.com/a"),
        ("https://e.com/a?s=guitar", "https://e.com/a?s=bass"),
    ],
)
def test_pages_that_are_two_stay_two(one, other):
    assert same_page_key(normalise_url(one) or "") != same_page_key(normalise_url(other) or "")


def test_international_names_have_one_spelling():
    assert normalise_url("https://Bücher.example/ä") == normalise_url("https://xn--bcher-kva.example/%C3%A4")
    assert normalise_url("https://bücher.example/%e4") == "https://xn--bcher-kva.example/%E4"
