"""What is installed by its hash is what requirements.txt names."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def pins(name: str) -> dict[str, str]:
    """The version of each package that a file pins, by its name as package indexes have it."""
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


def test_the_lock_has_every_pin_but_torch() -> None:
    wanted = pins("requirements.txt")
    locked = pins("requirements.lock")

    assert wanted.pop("torch")
    assert "torch" not in locked  # whose build hangs on the machine
    assert {package: locked.get(package) for package in wanted} == wanted


def test_every_package_of_the_lock_has_a_hash() -> None:
    parts = re.split(r"^(?=[A-Za-z0-9])", (ROOT / "requirements.lock").read_text("utf-8"), flags=re.MULTILINE)[1:]

    assert len(parts) > 60
    assert [part.split("==")[0] for part in parts if not re.search(r"--hash=sha256:[0-9a-f]{64}", part)] == []


def test_torch_is_pinned_first_for_the_build_must_be_found_before_others_ask_for_it() -> None:
    assert next(iter(pins("requirements.txt"))) == "torch"
