"""What an installation is made of: packages by their hashes, containers and units that hold to their rules."""

import configparser
import re
import shlex
import subprocess

import pytest
import yaml

from tests.installation import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
# The watchdog restarts units, so it alone stays root.
CONFINED = [unit for unit in UNITS if unit.stem != "halilit-watchdog"]


def packages(lock: str) -> dict[str, str]:
    """Line of each package by its name and version."""
    lines = (ROOT / lock).read_text().replace("\\\n", " ").splitlines()
    return {line.split()[0]: line for line in lines if line and not line.startswith("#")}


def test_each_package_is_pinned_by_its_hashes():
    runs, tests = packages("requirements.lock"), packages("requirements-dev.lock")
    assert len(runs) > 60 and runs.items() <= tests.items()
    for name, line in tests.items():
        assert re.match(r"[\w.-]+==\S+( ; .*?)?(\s+--hash=sha256:[0-9a-f]{64})+$", line), name


def test_the_locks_are_no_older_than_the_requirements():
    said = subprocess.run(["bash", ".ci/lock", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout


def steps() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines]


def test_the_image_keeps_to_the_rules_of_its_kind():
    """Of those of hadolint and Docker's own guide, what concerns this file."""
    found = steps()
    names = [name for name, _words in found]
    assert names[0] == "FROM" and not re.search(r":latest|^[^:]+$", found[0][1]), "a tag that does not move by itself"
    assert names.count("CMD") == names.count("ENTRYPOINT") == names.count("HEALTHCHECK") == 1
    users = [words for name, words in found if name == "USER"]
    assert users and users[-1] not in ("root", "0") and "COPY" not in names[names.index("USER") :]
    assert "ADD" not in names
    for name, words in found:
        if name in ("CMD", "ENTRYPOINT"):
            assert words.startswith("["), "signals would reach a shell"
        if name == "RUN":
            assert "sudo" not in words
            assert "pip install" not in words or "--require-hashes" in words
            assert "apt-get install" not in words or "--no-install-recommends" in words


def test_what_the_image_copies_is_there_and_no_secret_goes_with_it():
    for name, words in steps():
        for source in [word for word in shlex.split(words) if not word.startswith("--")][:-1] if name == "COPY" else []:
            assert (ROOT / source).exists(), source
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".env", "data", ".venv"} <= set(ignored)


def test_the_compose_file_confines_each_service_and_runs_commands_that_there_are():
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    assert set(told) <= {"x-app", "services", "volumes"}
    for name, service in told["services"].items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"] and "privileged" not in service
        assert service["logging"]["options"]["max-size"], "logs have an end"
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), "the proxy is the door"
        assert set(service.get("depends_on", {})) <= set(told["services"])
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(told["volumes"])
        for command in re.findall(r"manage\.py[ ,]+(\w+)", " ".join(service.get("command", ()))):
            assert command in ("migrate", "collectstatic") or list(ROOT.glob(f"*/management/commands/{command}.py")), (
                command
            )
    build = told["x-app"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_names_what_there_is(path):
    unit = configparser.RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text())
    words = shlex.split(unit["Service"]["ExecStart"])
    program = words[0].removeprefix("/opt/halilit/")
    assert program.startswith(".venv/bin/") or (ROOT / program).is_file()
    if "manage.py" in words:
        assert list(ROOT.glob(f"*/management/commands/{words[words.index('manage.py') + 1]}.py")) or "qcluster" in words


@pytest.mark.parametrize("path", CONFINED, ids=lambda path: path.stem)
def test_a_unit_is_confined(path):
    text = path.read_text()
    for line in ("User=halilit", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "CapabilityBoundingSet=\n"):  # fmt: skip
        assert line in text, line
    if path.stem in ("halilit-web", "halilit-queue", "halilit-scrape"):
        assert "KillMode=control-group" in text and "Restart=always" in text and "MemoryMax=" in text
