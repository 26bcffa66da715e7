import pytest

from ingestion.addresses import is_private_address, normalise_url, page_number


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("HTTPS://Example.COM:443/a/../b#part", "https://example.com/b"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/a?utm_source=x&b=2&a=1&gclid=9", "https://example.com/a?a=1&b=2"),
        ("https://example.com/a%7Eb/c d", "https://example.com/a~b/c%20d"),
        ("https://example.com//a///b", "https://example.com/a/b"),
        ("https://example.com/shop?sort_by=price&variant=42", "https://example.com/shop"),
        ("https://example.com/מדריך", "https://example.com/%D7%9E%D7%93%D7%A8%D7%99%D7%9A"),
    ],
)
def test_one_spelling_for_each_address(given, wanted):
    assert normalise_url(given) == wanted
    assert normalise_url(wanted) == wanted


@pytest.mark.parametrize(
    "given",
    [
        "mailto:a@b.c",
        "javascript:void(0)",
        "ftp://example.com/",
        "https://user:pw@example.com/",
        "https://[::1",
        "http://a:99999/",
        "https://",
        "https://e.com/" + "a" * 2000,
    ],
)
def test_what_cannot_be_visited_is_no_address(given):
    assert normalise_url(given) is None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "224.0.0.1",
        "100.64.0.1",
    ],
)
def test_private_addresses_are_known(address):
    assert is_private_address(address)


def test_public_addresses_are_not_private():
    assert not is_private_address("93.184.216.34")
    assert not is_private_address("2606:2800:220:1::1")


def test_page_numbers_of_listings():
    assert page_number("https://b.com/all?page=7") == 7
    assert page_number("https://b.com/news/page/3/") == 3
    assert page_number("https://b.com/product-7") is None
