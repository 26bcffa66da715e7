"""What an installation is made of: packages by their hashes, containers and units that hold to their rules."""

import configparser
import re
import shlex
import shutil
import socket
import subprocess
import sys
from importlib.metadata import metadata
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from halilit.ops import metrics
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


def test_each_package_runs_on_the_oldest_python_that_is_promised():
    for line in packages("requirements-dev.lock").values():
        needed = str(metadata(line.partition("==")[0]).json.get("requires_python", ""))
        assert SpecifierSet(needed).contains("3.11.2"), f"{line.split()[0]} needs {needed}; Debian 12 has Python 3.11.2"


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


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_understands_each_unit(tmp_path: Path):
    """With this checkout's programs in the place of the server's."""
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text().replace("/opt/halilit/.venv/bin/", f"{Path(sys.executable).parent}/")
        (tmp_path / unit.name).write_text(text.replace("/opt/halilit", str(ROOT)))
    units = sorted(map(str, tmp_path.iterdir()))
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    ours = [line for line in said.stderr.splitlines() if "halilit" in line]
    assert (said.returncode, ours) == (0, [])


@pytest.mark.skipif(not shutil.which("nginx") or not shutil.which("openssl"), reason="no nginx here")
def test_nginx_understands_its_part(tmp_path: Path):
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    subprocess.run([*made, "-subj", "/CN=x", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    text = (DEPLOY / "nginx" / "halilit.conf").read_text()
    text = text.replace("/etc/letsencrypt/live/support.example.com", str(tmp_path)).replace(
        "/var/lib/halilit", str(tmp_path)
    )
    # Ports that anybody may open, and no IPv6 where there is none.
    text = re.sub(r"listen (\[::\]:)?(80|443)\b", lambda found: f"listen {found[1] or ''}{18000 + int(found[2])}", text)
    if not socket.has_ipv6 or not Path("/proc/net/if_inet6").exists():
        text = re.sub(r"listen \[::\].*", "", text)
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {text} }}"
    (tmp_path / "nginx.conf").write_text(whole)
    said = subprocess.run(
        ["nginx", "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0 and "[warn]" not in said.stderr, said.stderr


def test_each_rule_asks_for_figures_that_there_are(db, client):
    client.get("/healthz")  # its time is one of them
    client.get("/metrics")
    told = metrics.text().decode()
    rules = yaml.safe_load((DEPLOY / "monitoring" / "halilit.rules.yml").read_text())["groups"][0]["rules"]
    assert len({rule["alert"] for rule in rules}) == len(rules) and all(
        rule["annotations"]["summary"] for rule in rules
    )
    for name, labels in re.findall(r"\b(halilit_\w+)(?:\{([^}]*)\})?", " ".join(rule["expr"] for rule in rules)):
        wanted = rf"^{name}\{{.*{re.escape(labels)}" if labels and "status" not in labels else rf"^{name}\b"
        assert re.search(wanted, told, re.M), (name, labels)


@pytest.mark.parametrize("path", CONFINED, ids=lambda path: path.stem)
def test_a_unit_is_confined(path):
    text = path.read_text()
    for line in ("User=halilit", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "CapabilityBoundingSet=\n"):  # fmt: skip
        assert line in text, line
    assert "StateDirectoryMode=0711" in text and "UMask=0077" in text, "the data are nobody else's to read"
    if path.stem in ("halilit-web", "halilit-queue", "halilit-scrape"):
        assert "StartLimitIntervalSec=0" in text, "it goes on trying"
        assert "KillMode=control-group" in text and "Restart=always" in text and "MemoryMax=" in text
