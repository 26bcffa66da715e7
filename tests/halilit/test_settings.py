"""Settings from the environment, as processes of their own: a bad value is one clear line and an exit code."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from halilit.secret import own_key
from tests.installation import ROOT

SOURCE = (ROOT / "halilit" / "settings.py").read_text("utf-8")
READ = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', SOURCE))


def start(tmp_path, **variables):
    """Let a process read the settings and print one of them."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.DEBUG, settings.LLM)"],
        cwd=ROOT,
        env=kept
        | {"DJANGO_SETTINGS_MODULE": "halilit.settings", "HALILIT_DATA_DIR": str(tmp_path / "data")}
        | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


BAD = [
    {"DEBUG": "perhaps"},
    {"HALILIT_SCRAPE_WORKERS": "0"},
    {"HALILIT_SCRAPE_WORKERS": "two"},
    {"HALILIT_RUN_SLICE_SECONDS": "1000"},
    {"HALILIT_LLM": "oracle"},
    {"HALILIT_LOG_LEVEL": "LOUD"},
    {"DATABASE_URL": "nonsense://x"},
    {"HALILIT_DATA_DIR": "/proc/nowhere"},
    {"HALILIT_LLM_URL": "notaurl"},
    {"HALILIT_USER_AGENT": "two\nlines"},
    {"HALILIT_S3_BUCKET": "files"},
    {"DEBUG": "0"},
]
# One process reads the libraries; a copy of it for each case reads the settings.
COPIES = """
import importlib, json, os, sys, environs, dj_database_url, django.conf
for variables in json.load(sys.stdin):
    there, here = os.pipe()
    if not (copy := os.fork()):
        os.dup2(here, 2)
        os.environ.update(variables)
        importlib.import_module("halilit.settings")
        os._exit(0)
    os.close(here)
    text = open(there).read()
    print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]), text]), flush=True)
"""


@pytest.fixture(scope="module")
def refusals(tmp_path_factory):
    """Exit code and what was said to each bad value."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", COPIES],
        cwd=ROOT,
        env=kept | {"HALILIT_DATA_DIR": str(tmp_path_factory.mktemp("data"))},
        input=json.dumps(BAD),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "number",
    range(len(BAD)),
    ids=lambda number: ",".join(f"{name}={value[:12]}" for name, value in BAD[number].items()),
)
def test_a_bad_value_is_one_line_that_names_it_and_an_exit_code(refusals, number):
    code, said = refusals[number]
    assert code == 1
    lines = said.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Bad setting: ")
    assert ("ALLOWED_HOSTS" if BAD[number] == {"DEBUG": "0"} else next(iter(BAD[number]))) in lines[0]


def test_the_secret_key_is_made_once_and_kept_from_others(tmp_path):
    own_key(tmp_path)
    file = tmp_path / "secret-key.txt"
    assert own_key(tmp_path) == file.read_text("ascii") and len(own_key(tmp_path)) >= 50
    assert file.stat().st_mode & 0o077 == 0
    (tmp_path / "other").mkdir()
    assert own_key(tmp_path / "other") != own_key(tmp_path)


def test_without_any_variable_it_is_a_development_set_up(tmp_path):
    assert start(tmp_path).stdout.split() == ["True", "extractive"]


def test_a_key_chooses_gemini(tmp_path):
    assert start(tmp_path, GEMINI_API_KEY="secret").stdout.split() == ["True", "gemini"]


def test_the_settings_are_found_in_the_source():
    assert {"DEBUG", "DATABASE_URL", "HALILIT_DATA_DIR", "HALILIT_LLM"} <= READ


def test_every_variable_is_documented_and_no_other():
    documented = re.findall(r"^\| `([A-Z0-9_]+)` \|", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.MULTILINE)
    assert set(documented) == READ


def test_processes_that_begin_at_once_have_one_key_which_is_its_owners_alone(tmp_path):
    with ThreadPoolExecutor(16) as starting:
        keys = set(starting.map(own_key, [tmp_path] * 64))
    (key,), (file,) = keys, tmp_path.iterdir()
    assert len(key) == 80 and file.stat().st_mode & 0o777 == 0o600
