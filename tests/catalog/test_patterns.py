"""Paths to leave out, as staff write them: understood, and never slow, whoever wrote them and whatever address comes."""

import contextlib
import re

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from catalog.models import Brand
from catalog.patterns import BadPattern, SlowPattern, compiled, proven

SLOW = [
    "(a+)+$", "(a|aa)+$", "(a|a?)+$", r"^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y", "((a+)(b?))+c", r"(\w+-?)+/\d+$",
    r"(a+)(a+)(a+)(a+)\1x",
]  # fmt: skip
# Other engines would take years over these; this one knows what it has tried.
ELSEWHERE_SLOW = [
    r"^/(\w+\s?)*$", "([a-z]+)*/x", "(.*)*,", "(.*a){20}", r"(\d+)*!!", r"(/[^/]*)*/+$", "(news-?)+/end", "(a*a*)*b", "^/(?:ב+)+$",
    r"/.*/.*/.*/.*x=1$", r"^/(([^/]+/?)+)+\.html$", "(?:a?){40}a{40}", r"((\w|-)+/)+end",
]  # fmt: skip
QUICK = [
    "/blog/", "^/forum", "/(blog|news|press)/", r"\.aspx\?", r"^/(?!products/)", r"/\d{4}/\d\d/", "/tag/.*", r".*-archive-.*\.html$",
    r"(?i)/News/", r"^/[a-z]{2}(-[a-z]{2})?/shop", "/a+b", r"[?&]sort=", r"^/support/.*/old/.*$", "/בלוג/",
]  # fmt: skip


@pytest.mark.parametrize("text", SLOW)
def test_what_repeats_what_repeats_is_refused_with_what_to_do(text):
    with pytest.raises(BadPattern, match="takes too long") as refused:
        proven(f"/blog/\n{text}")
    assert text in str(refused.value) and "/blog/" in str(refused.value)


def test_what_people_write_is_taken_and_means_the_same():
    patterns = proven("\n".join(QUICK))
    assert [pattern.text for pattern in patterns] == QUICK
    addresses = {"/blog/1": "/blog/", "/forum/": "^/forum", "/x.aspx?a": r"\.aspx\?", "/a/2024/05/": r"/\d{4}/\d\d/"}
    for address, text in addresses.items():
        assert text in [pattern.text for pattern in patterns if pattern.is_in(address)]
    kept = next(pattern for pattern in patterns if pattern.text == r"^/(?!products/)")
    assert kept.is_in("/about") and not kept.is_in("/products/tone-3")


@pytest.mark.parametrize("text", ELSEWHERE_SLOW)
def test_what_is_slow_elsewhere_is_answered_or_broken_off_here(text):
    [pattern] = compiled(text)
    for word in ("a", "0", "/a", "news-", "ב", "x"):
        with contextlib.suppress(SlowPattern):
            assert pattern.is_in("/" + word * (900 // len(word)) + "!") in (True, False)


def test_a_comparison_that_would_take_years_is_broken_off():
    [pattern] = compiled("(a|aa)+$")
    with pytest.raises(SlowPattern):
        pattern.is_in("/" + "a" * 900 + "!")


@pytest.mark.parametrize(
    ("lines", "said"),
    [("(", "cannot be understood"), ("a{99999999999999999999}", "cannot be understood"), ("(" * 400, "cannot be understood"),
     ("x" * 501, "longer than 500"), ("/a\n" * 201, "201 paths")],
)  # fmt: skip
def test_what_cannot_be_compared_is_told(lines, said):
    with pytest.raises(BadPattern, match=said):
        compiled(lines)


def test_the_admin_and_the_table_of_brands_refuse_what_the_desk_does():
    brand = Brand(name="Lumenhall", slug="lumenhall", exclude_patterns="/blog/\n(a+)+$")
    with pytest.raises(ValidationError) as refused:
        brand.clean_fields()
    assert "(a+)+$" in str(refused.value.message_dict["exclude_patterns"])


def test_among_hebrew_words_a_pattern_keeps_its_order():
    with override("he"), pytest.raises(BadPattern, match=re.escape("\u2068(a+)+$\u2069")):
        proven("(a+)+$")
