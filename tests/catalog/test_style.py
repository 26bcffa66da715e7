"""What the style sheets promise: readable colours, either direction, few bytes."""

import re
from pathlib import Path

import pytest

from catalog.colours import contrast

STATIC = Path(__file__).resolve().parents[2] / "static"
TOKENS = (STATIC / "tokens.css").read_text()
# Without the few lines that tint Django's own admin.
CSS = "".join(path.read_text() for path in sorted(STATIC.glob("*.css")) if not path.name.startswith("admin-"))


def tokens(dark: bool) -> dict[str, str]:
    pairs = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", TOKENS)
    return {name: night if dark else day for name, day, night in pairs}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_keeps_its_contrast_on_every_ground(dark):
    token = tokens(dark)
    pairs = [(ink, ground) for ink in ("ink", "soft") for ground in ("paper", "surface", "sunken")]
    pairs += [("accent", "paper"), ("accent", "surface"), ("accent-strong", "tint"), ("on-accent", "accent")]
    pairs += [
        ("on-accent", "accent-strong"),
        ("ink", "mark"),
        ("ink", "tint"),
        ("paper", "ink"),
        ("paper", "soft"),
        ("accent-strong", "paper"),
    ]
    pairs += [("accent-strong", "surface"), ("accent", "sunken")]
    pairs += [(name, f"{name}-ground") for name in ("good", "warn", "bad")]
    pairs += [("ink", f"{name}-ground") for name in ("good", "warn", "bad")]
    low = {pair: contrast(token[pair[0]], token[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_edges_of_fields_can_be_seen(dark):
    token = tokens(dark)
    assert all(contrast(token["edge"], token[ground]) >= 3 for ground in ("paper", "surface"))


def test_no_rule_names_left_or_right():
    physical = (
        r"[^-](?:margin|padding|border)-(?:left|right|top|bottom)|(?:^|[{;]\s*)(?:left|right|top|bottom|width|height):"
    )
    assert re.findall(physical, CSS) == []


def test_style_and_scripts_are_small():
    assert len(CSS.encode()) <= 40_000  # of all pages together
    assert sum(path.stat().st_size for path in STATIC.glob("*.js")) <= 15_000
