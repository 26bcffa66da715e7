"""What the style sheets promise: readable colours, either direction, few bytes."""

import re
from pathlib import Path

import pytest

from catalog.colours import contrast

APPS = ("catalog", "halilit", "ingestion", "rag")
STATIC = Path(__file__).resolve().parents[2] / "static"
TOKENS = (STATIC / "tokens.css").read_text()
# Without the few lines that tint Django's own admin.
CSS = "".join(path.read_text() for path in sorted(STATIC.glob("*.css")) if not path.name.startswith("admin-"))


class Sources:
    """What may give an element its classes: `class` attributes and icons of templates, strings of scripts and Python."""

    def __init__(self, root: Path) -> None:
        pages = [path.read_text() for path in root.glob("templates/**/*.html")]
        scripts = [path.read_text() for path in root.glob("static/*.js")]
        code = [path.read_text() for app in APPS for path in (root / app).rglob("*.py")]
        attributes = [found for page in pages + code for found in re.findall(r'class="((?:{.*?}|[^"{])*)"', page)]
        strings = [found for text in scripts + code for found in re.findall(r"""["'`]([^"'`\n]*)["'`]""", text)]
        icons = [found for page in pages for found in re.findall(r'{% icon "\w+" "([^"]+)"', page)]
        self.words = set(re.findall(r"[\w-]+", " ".join(attributes + icons + strings)))

    def has(self, name: str) -> bool:
        """`of-3` is written in a template as `of-{{ number }}`."""
        return name in self.words or (name[-1].isdigit() and re.sub(r"\d+$", "", name) in self.words)


USED = Sources(STATIC.parent)


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


def test_every_class_with_a_rule_is_used():
    rules = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    styled = {
        name for selector in re.findall(r"([^{};]+)\{", rules) for name in re.findall(r"\.([a-z][\w-]*)", selector)
    }
    of_others = {"errorlist", "htmx-request"}  # Django's forms and htmx set these themselves
    assert {name for name in styled - of_others if not USED.has(name)} == set()


def test_every_value_that_rules_name_is_given():
    given = set(re.findall(r"(--[\w-]+):", CSS))
    assert set(re.findall(r"var\((--[\w-]+)\)", CSS)) - given == set()
