"""Which version a title or a file's name states."""

import pytest

from catalog.versions import bare_title, stated_version


@pytest.mark.parametrize(
    ("title", "url", "text"),
    [
        ("Owner's Manual v1.10", "", "v1.10"),
        ("Owner's Manual", "https://x.example/tone_manual_v2_1.pdf", "v2_1"),
        ("Manual Rev. B", "", "rev. b"),
        ("Manual 2023-05", "", "2023-05"),
        ("MIDI Implementation (for Ver.1)", "", ""),
        ("Owner's Manual, firmware v3", "", ""),
        ("Manual of the V50", "https://x.example/123.pdf", ""),
    ],
)
def test_a_version_is_read_where_it_is_the_documents_own(title, url, text):
    found = stated_version(title, url)
    assert (found.text if found else "") == text


def test_versions_are_compared_as_numbers():
    older, newer = stated_version("Manual v1.9"), stated_version("Manual v1.10")
    assert older and newer and older.order < newer.order
    assert bare_title("Tone 300 Manual v1.9") == bare_title("Tone 300 Manual v1.10")
