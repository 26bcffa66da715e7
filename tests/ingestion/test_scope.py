import pytest

from ingestion.errors import StopRun
from ingestion.reasons import why
from ingestion.scope import MOST_FACETS, Scope, facet_key, grows
from ingestion.site_languages import address_language, path_language


def test_scope_takes_the_brands_hosts_and_no_others():
    scope = Scope.of(start_url="https://www.brand.com/", extra_hosts="files.maker.net")
    for host in (
        "brand.com",
        "www.brand.com",
        "files.maker.net",
        "support.brand.com",
        "downloads.brand.com",
        "shop.brand.com",
    ):
        assert scope.owns(f"https://{host}/x"), host
    for host in (
        "evilbrand.com",
        "brand.com.evil.net",
        "brand.co",
        "maker.net",
        "forum.brand.com",
        "login.brand.com",
        "account.brand.com",
    ):
        assert not scope.owns(f"https://{host}/x"), host
    assert "does not belong" in (scope.objection("https://evilbrand.com/") or "")


def test_neighbours_under_a_shared_suffix_are_strangers():
    assert not Scope.of(start_url="https://tone.myshopify.com/").owns("https://other.myshopify.com/")
    assert not Scope.of(start_url="https://tone.co.uk/").owns("https://other.co.uk/")
    assert Scope.of(start_url="https://www.tone.co.uk/").owns("https://media.tone.co.uk/")


def test_a_brand_within_a_larger_house_has_its_own_host_and_the_places_for_files():
    scope = Scope.of(start_url="https://guitars.house.com/")
    assert scope.owns("https://downloads.house.com/a") and scope.owns("https://support.house.com/a")
    assert not scope.owns("https://www.house.com/") and not scope.owns("https://motorcycles.house.com/")


def test_what_staff_name_belongs_to_the_brand_whatever_it_is_called():
    assert Scope.of(start_url="https://b.com/", extra_hosts="forum.b.com").owns("https://forum.b.com/a")


@pytest.mark.parametrize(
    "path", ["/cart", "/en/checkout/step", "/account/login", "/customer/account/login.html", "/wp-login.php"]
)
def test_a_shops_own_pages_are_left_out(path):
    assert Scope.of(start_url="https://b.com/").objection(f"https://b.com{path}") == why("account")


@pytest.mark.parametrize("path", ["/cartridges", "/products/login-200", "/accounting-mixers", "/registers"])
def test_products_that_sound_like_them_are_not(path):
    assert Scope.of(start_url="https://b.com/").objection(f"https://b.com{path}") is None


def test_english_and_hebrew_are_read_unless_the_brand_says_otherwise():
    scope = Scope.of(start_url="https://b.com/", exclude_patterns="^/forum\n/tag/")
    assert scope.objection("https://b.com/de/produkte") == why("language", language="de", evidence=why("by_address"))
    assert scope.objection("https://b.com/produkte", language="de-AT") == why(
        "language", language="de", evidence=why("by_link")
    )
    for good in (
        "https://b.com/he/products",
        "https://b.com/en-gb/x",
        "https://b.com/products",
        "https://b.com/us/en/x",
    ):
        assert scope.objection(good) is None
    assert scope.objection("https://b.com/", language="x-default") is None
    assert scope.objection("https://b.com/forum/1") and scope.objection("https://b.com/x/tag/y")
    assert Scope.of(start_url="https://b.com/", languages="de").objection("https://b.com/de/a") is None
    assert Scope.of(start_url="https://b.com/", languages="*").objection("https://b.com/fr/a") is None


@pytest.mark.parametrize(
    ("url", "language"),
    [
        ("https://b.com/fr/products", "fr"), ("https://b.com/en-US/x", "en"), ("https://b.com/zh-hans/x", "zh"), ("https://b.com/jp/x", "ja"),
        ("https://b.com/jp-ja/x", "ja"), ("https://b.com/de/en/x", "en"), ("https://b.com/de-en/x", "en"), ("https://b.com/ca-fr/x", "fr"),
        ("https://b.com/us/es/x", "es"), ("https://b.com/global/en/x", "en"), ("https://de.b.com/x", "de"), ("https://jp.b.com/x", "ja"),
        ("https://b.com/x?lang=fr_FR", "fr"), ("https://b.com/iw/x", "he"), ("https://b.com/en/de-esser", "en"),
        ("https://b.com/products/de", ""), ("https://b.com/sl/x", ""), ("https://b.com/dr-5/x", ""), ("https://b.com/zz/x", ""), ("https://b.com/us/x", ""),
    ],
)  # fmt: skip
def test_the_language_of_an_address(url, language):
    assert address_language(url) == language


def test_language_of_a_path_needs_a_real_code():
    assert path_language("/zz/x") is None and path_language("/products") is None


def test_a_pattern_that_is_none_is_refused():
    with pytest.raises(StopRun, match="paths to leave out"):
        Scope.of(start_url="https://b.com/", exclude_patterns="(")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/a/b/a/b/", "repeating_path"), ("/x/x/x", "repeating_path"), ("/" + "/".join("abcdefghijklmn"), "deep_path"),
        ("/calendar?month=2031-04", "calendar"), ("/events/2024-05-12", "calendar"), ("/calendar/2024/05", "calendar"),
        ("/list?when=2024-05-12", "calendar"), ("/news/2099/01/", "calendar"), ("/f?a=1&b=2&c=3&d=4", "parameters"),
    ],
)  # fmt: skip
def test_traps_are_told_by_their_pattern(path, code):
    assert Scope.of(start_url="https://b.com/").objection(f"https://b.com{path}") == why(code)


@pytest.mark.parametrize(
    "path",
    ["/news/2019/05/", "/2019/05/a-new-amp", "/products/tone-2024", "/a/b/c/a", "/events/namm", "/shop?year_made=1987"],
)
def test_what_only_looks_like_a_trap_is_read(path):
    assert Scope.of(start_url="https://b.com/").objection(f"https://b.com{path}") is None


def test_paths_that_only_go_on_from_their_page_grow():
    long = "https://b.com/a/b/c/d/e/f"
    assert (
        grows(f"{long}/g", long)
        and not grows("https://b.com/a/b", "https://b.com/a")
        and not grows("https://b.com/x/y/z/u/v/w/t", long)
    )


def test_filters_of_one_listing_are_counted_together():
    assert facet_key("https://b.com/all?color=red&size=l") == facet_key("https://b.com/all?color=blue&size=m") != ""
    assert (
        not facet_key("https://b.com/all?color=red")
        and not facet_key("https://b.com/all?color=red&page=2")
        and MOST_FACETS < 100
    )
