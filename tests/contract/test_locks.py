"""Locks follow pyproject.toml, hold a hash for everything, and say nothing of where it came from."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def lock(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    specification = importlib.util.spec_from_file_location("lock", ROOT / "requirements/lock.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    monkeypatch.setitem(sys.modules, "lock", module)
    specification.loader.exec_module(module)
    return module


def test_no_lock_is_stale(lock: ModuleType) -> None:
    assert [one.path.name for one in lock.LOCKS if lock.is_stale(one)] == []


@pytest.mark.parametrize(
    ("dependency", "extra"),
    [
        ('"boto3>=', "0."),
        ('"aws-sam-cli>=', "0."),
        ('"ministack==', "0."),
        ('"localstripe"', ', "another"'),
        ('"pytest"', ', "another"'),
    ],
)
def test_a_changed_dependency_makes_its_lock_stale(
    lock: ModuleType, dependency: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "pyproject.toml").read_text()
    assert dependency in text
    changed = tmp_path / "pyproject.toml"
    changed.write_text(text.replace(dependency, f"{dependency}{extra}", 1))
    monkeypatch.setattr(lock, "PROJECT", changed)
    assert any(lock.is_stale(one) for one in lock.LOCKS)


def test_everything_is_pinned_and_hashed_and_nothing_has_an_address(lock: ModuleType) -> None:
    for one in lock.LOCKS:
        lines = one.path.read_text().splitlines()
        assert not [line for line in lines if "://" in line or line.startswith("-")]
        pins = [number for number, line in enumerate(lines) if line and not line.startswith((" ", "#"))]
        assert pins
        for number in pins:
            assert "==" in lines[number]
            assert lines[number + 1].strip().startswith("--hash=sha256:")
