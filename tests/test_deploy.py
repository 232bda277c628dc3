"""What is in deploy/ is understood by what it is for, and names settings that there are."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
STAGES = ("app.py", "ingest", "index", "answer", "eval", "desk", "ui")


def source() -> str:
    files = [path for stage in STAGES for path in sorted((ROOT / stage).rglob("*.py") or [])] + [ROOT / "app.py"]
    return "\n".join(path.read_text("utf-8") for path in files)


@pytest.mark.parametrize("name", ["chapter.service", "Containerfile"])
def test_every_setting_it_names_is_one_of_ours(name: str) -> None:
    named = set(re.findall(r"\bCHAPTER_[A-Z_]+", (DEPLOY / name).read_text("utf-8")))

    assert len(named) > 5
    assert {setting for setting in named if setting not in source()} == set()


def test_the_container_has_every_stage_and_the_lock() -> None:
    copied = set(re.findall(r"^COPY (?:requirements\.lock \S+|(\S+)) ", (DEPLOY / "Containerfile").read_text(), re.M))

    assert {*STAGES, "models", "corpus", ".streamlit", "training"} <= copied
    for path in copied - {""}:
        assert (ROOT / path).exists(), path


def test_the_page_in_a_container_runs_as_nobody_in_particular() -> None:
    said = (DEPLOY / "Containerfile").read_text("utf-8")

    assert re.search(r"^USER [1-9]\d+$", said, re.MULTILINE)
    assert said.index("USER 10001") > said.index("pip install")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = (DEPLOY / "chapter.service").read_text("utf-8")
    unit = unit.replace("/opt/chapter/.venv/bin/python", sys.executable).replace("=chapter\n", "=root\n")
    (tmp_path / "chapter.service").write_text(unit, "utf-8")

    found = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "chapter.service"], capture_output=True, text=True, check=False
    )

    assert (found.returncode, found.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_understands_its_part(tmp_path: Path) -> None:
    made = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=chapter.example.org -keyout key -out certificate"
    )
    subprocess.run(made.split(), cwd=tmp_path, capture_output=True, check=True)
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    site = site.replace("/etc/ssl/certs/chapter.pem", str(tmp_path / "certificate"))
    (tmp_path / "site.conf").write_text(site.replace("/etc/ssl/private/chapter.key", str(tmp_path / "key")), "utf-8")
    whole = f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}}\nhttp {{ include {tmp_path}/site.conf; }}\n"
    (tmp_path / "nginx.conf").write_text(whole, "utf-8")

    found = subprocess.run(["nginx", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)

    assert "test is successful" in found.stderr, found.stderr
