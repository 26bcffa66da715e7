import gzip

import pytest

from ingestion.content import decode, sniff
from ingestion.sitemaps import parse_sitemap


@pytest.mark.parametrize(
    ("first", "declared", "kind"),
    [
        (b"%PDF-1.7\n", "text/html", "pdf"),
        (b"<!doctype html><html>", "application/pdf", "html"),
        (b"\n\n<HTML><body>", "", "html"),
        (b"PK\x03\x04...", "application/pdf", "archive"),
        (b"\x89PNG\r\n\x1a\n", "image/jpeg", "image"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "", "image"),
        (b"MZ\x90\x00\x03\x00", "text/html", "binary"),
        (b"<?xml version='1.0'?><urlset>", "text/xml", "xml"),
        (b"User-agent: *", "text/plain", "text"),
    ],
)
def test_a_file_is_known_by_its_first_bytes(first, declared, kind):
    assert sniff(first, declared) == kind


def test_utf8_is_utf8_whatever_the_header_claims():
    assert decode("±3 dB – 5”".encode(), "text/html; charset=iso-8859-1") == "±3 dB – 5”"


def test_windows_1252_that_claims_to_be_utf8_is_still_read():
    assert decode("5” – ±3 dB. The rest is plain.".encode("cp1252"), "text/html; charset=utf-8").startswith("5” – ±3")


def test_hebrew_in_its_old_charset_is_read_by_its_claim():
    body = "<meta charset=windows-1255><p>מדריך למשתמש</p>".encode("cp1255")
    assert "מדריך למשתמש" in decode(body, "text/html")


def test_a_page_cut_off_within_a_character_is_read():
    assert decode("price €".encode()[:-1], "text/html") == "price "


def test_sitemap_indexes_and_sets_are_read():
    index = b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>https://b.com/1.xml</loc></sitemap></sitemapindex>"
    pages = b"<urlset><url><loc> https://b.com/a </loc><lastmod>2026-01-01</lastmod></url><url><loc>https://b.com/b</loc></url></urlset>"
    assert parse_sitemap(index).sitemaps == ["https://b.com/1.xml"]
    assert parse_sitemap(pages).pages == ["https://b.com/a", "https://b.com/b"]
    assert parse_sitemap(gzip.compress(pages)).pages == ["https://b.com/a", "https://b.com/b"]


def test_a_broken_sitemap_gives_what_can_be_read():
    assert "https://b.com/a" in parse_sitemap(b"<urlset><url><loc>https://b.com/a</loc></url><url><loc>https://b").pages
    assert parse_sitemap(b"\x1f\x8bnonsense").pages == []
    assert parse_sitemap(b"https://b.com/x\nhttps://b.com/y\n").pages == ["https://b.com/x", "https://b.com/y"]


def test_a_sitemap_cannot_read_local_files():
    body = b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>https://b.com/&e;</loc></url></urlset>"
    assert "root:" not in "".join(parse_sitemap(body).pages)


HEBREW = "<p>המקלדת נדלקת בלחיצה ארוכה על הכפתור. יש לחבר את הכבל לפני ההפעלה הראשונה של המכשיר.</p>"


@pytest.mark.parametrize(
    ("charset", "content_type", "head"),
    [
        ("cp1255", "text/html; charset=windows-1255", ""),
        ("cp1255", "text/html", '<meta charset="windows-1255">'),
        ("iso8859_8", "text/html; charset=iso-8859-8", ""),
        ("iso8859_8", "text/html; charset=ISO-8859-8-I", ""),
        ("cp1255", "text/html; charset=iso-8859-1", ""),  # a wrong claim that servers make by default
        ("cp1255", "text/html; charset=utf-8", ""),
        ("cp1255", "text/html", ""),
        ("utf-8", "text/html; charset=windows-1255", ""),
        ("utf-16", "text/html", ""),
        ("utf-16-le", "text/html; charset=utf-16", "<html><head><title>Manual of a keyboard</title></head>" * 9),
        ("utf-8", "text/html; charset=no-such-charset", ""),
    ],
)
def test_hebrew_is_read_in_every_charset_and_under_wrong_claims(charset, content_type, head):
    body = f"<!doctype html>{head}{HEBREW * 3}".encode(charset)
    assert HEBREW in decode(body, content_type)
    assert sniff(body[:1024], content_type) == "html"


def test_accents_and_cyrillic_are_not_taken_for_hebrew():
    french = "<p>Réglez le volume à zéro, puis branchez l'appareil à côté de la fenêtre : c'est très élégant.</p>" * 5
    assert decode(french.encode("cp1252"), "text/html; charset=iso-8859-1") == french
    russian = "<p>Нажмите красную кнопку и удерживайте её в течение пяти секунд, затем включите питание.</p>" * 5
    assert decode(russian.encode("cp1251"), "text/html; charset=windows-1251") == russian


def test_one_broken_byte_does_not_spoil_a_page():
    body = HEBREW.encode() + b"\xff" + HEBREW.encode()
    assert decode(body, "text/html; charset=utf-8").count(HEBREW) == 2
