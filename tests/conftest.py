"""Fixtures that every part of the suite shares. Tests work in folders of their own, never in `data/`."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Before Django reads its settings: nothing that the developer set may reach the tests, nor their files his data.
for variable in [name for name in os.environ if name.startswith(("HALILIT_", "GEMINI_", "OPENAI_"))]:
    if variable != "HALILIT_CHROMIUM":
        del os.environ[variable]
FOLDER = tempfile.mkdtemp(prefix="halilit-tests-")
# What the processes of one run share; those that it starts inherit the name, and the first one removes the folder.
os.environ.setdefault("TESTS_SHARED_FOLDER", f"{FOLDER}/shared")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ.update(
    HALILIT_DATA_DIR=FOLDER,
    HALILIT_ENV_FILE="/dev/null",
    HALILIT_ALLOW_PRIVATE_HOSTS="1",
    HALILIT_LLM="extractive",
    HALILIT_LLM_FAILURES="0",  # a test that wants a limit sets it: others ask much and often
    HALILIT_ASK_A_MINUTE="0",
    HALILIT_LOGINS_A_MINUTE="0",
    HALILIT_REUSE_DAYS="0",
    DEBUG="1",
    # Here, not in pyproject.toml: pytest-django would read the settings before this file.
    DJANGO_SETTINGS_MODULE="halilit.settings",
)
# Which database the suite runs on: SQLite, or the PostgreSQL server that this names (`make test-postgresql`).
os.environ.pop("DATABASE_URL", None)
if on_server := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = on_server

import django  # noqa: E402
from django.conf import settings as installed  # noqa: E402

# Who has another one's folder shares its cache, in which limits are counted.
assert str(installed.DATA_DIR) == FOLDER, "The settings were read before this file: unset DJANGO_SETTINGS_MODULE."
# A password of a test need not withstand anybody; hashing one as in production takes half a second.
installed.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()

import pytest  # noqa: E402
from playwright.sync_api import Browser, Page, expect  # noqa: E402

from . import databases  # noqa: E402
from .chromium import PATIENCE, chromium  # noqa: E402
from .installation import Installation  # noqa: E402

if databases.SERVER:
    databases.empty_by_deleting()
    databases.drop_with_sessions()
expect.set_options(timeout=PATIENCE)


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    """Stored files of a test go to its own folder."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def starter_glossary(request: pytest.FixtureRequest) -> None:
    """The words that a migration brings, put back where a test that commits has emptied the database after itself."""
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("db")
        from rag.models import SearchSynonym
        from rag.synonyms import seed

        if not SearchSynonym.objects.exists():
            seed()


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """A migrated installation of its own, for tests that start processes."""
    return Installation.migrated(tmp_path / "installation")


@pytest.fixture(scope="class")
def browser() -> Iterator[Browser]:
    """One for the tests of a class, or for one test outside of classes. None of them may use the ORM."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of 1280 by 900 with cookies and storage of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    for opened in browser.contexts:
        opened.close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Workers inherit the environment. With this in it pytest-django would read the settings, and with them the folder
    of this process, before this file could give a worker its own."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules without a database come last, as pytest-django has it: the heaviest of them first, or one of these would
    make the end of a run alone."""
    with_database, weights = set[Path](), dict[Path, float]()
    for item in items:
        if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
            with_database.add(item.path)
        weight = 8 if item.get_closest_marker("processes") else 3 if item.get_closest_marker("browser") else 0.1
        weights[item.path] = weights.get(item.path, 0) + weight
    items.sort(key=lambda item: 0 if item.path in with_database else 1000 - weights[item.path])
