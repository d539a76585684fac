"""Locks: hashed requirements files, compiled from pyproject.toml, that hold no address.

`python requirements/lock.py` compiles those that are stale, `--upgrade` all of them with newer versions,
`--check` only tells (offline): each lock's first line carries the digest of what it was compiled from.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "pyproject.toml"
HEADER = "# Compiled by `make lock` from pyproject.toml; do not edit. Input sha256:"
# The machine's own mirrors and wheel folders must not decide what everybody installs.
LEAKS = ("PIP_", "UV_EXTRA_INDEX", "UV_FIND_LINKS", "UV_INDEX=", "UV_CONSTRAINT", "UV_OVERRIDE", "UV_CONFIG")


@dataclass(frozen=True)
class Lock:
    path: Path
    runtime: bool  # holds what the product imports
    group: str | None
    within: Path | None = None  # versions already decided there


CORE = Lock(ROOT / "layers/core/requirements.txt", runtime=True, group=None)
LOCKS = (
    CORE,
    Lock(ROOT / "requirements/dev.txt", runtime=True, group="dev", within=CORE.path),
    Lock(ROOT / "requirements/sam.txt", runtime=False, group="sam"),
    Lock(ROOT / "requirements/emulator.txt", runtime=False, group="emulator"),
    Lock(ROOT / "requirements/localstripe.txt", runtime=False, group="localstripe"),
)


def digest(lock: Lock) -> str:
    project = tomllib.loads(PROJECT.read_text())
    inputs = [
        project["project"]["requires-python"],
        sorted(project["project"]["dependencies"]) if lock.runtime else [],
        sorted(project["dependency-groups"][lock.group]) if lock.group else [],
        lock.within.read_text() if lock.within else "",
    ]
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()


def is_stale(lock: Lock) -> bool:
    if not lock.path.exists():
        return True
    text = lock.path.read_text()
    return text.partition("\n")[0] != f"{HEADER} {digest(lock)}" or "://" in text


def compile_lock(lock: Lock, uv: str, *, upgrade: bool) -> None:
    command = [uv, "pip", "compile", "--quiet", "--no-config", "--universal", "--python-version", "3.13"]
    command += [
        "--generate-hashes",
        "--no-annotate",
        "--no-header",
        "--no-emit-index-url",
        "--no-emit-find-links",
    ]
    command += ["--custom-compile-command", "make lock", "--output-file", str(lock.path)]
    if upgrade:
        command.append("--upgrade")
    if lock.within:
        command += ["--constraint", str(lock.within)]
    if lock.group:
        command += ["--group", f"{PROJECT}:{lock.group}"]
    if lock.runtime:
        command.append(str(PROJECT))
    environ = {name: value for name, value in os.environ.items() if not f"{name}=".startswith(LEAKS)}
    subprocess.run(command, check=True, cwd=ROOT, env=environ)
    lock.path.write_text(f"{HEADER} {digest(lock)}\n{lock.path.read_text()}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--upgrade", action="store_true")
    parser.add_argument("--uv", default="uv")
    arguments = parser.parse_args()
    if arguments.check:
        stale = [str(lock.path.relative_to(ROOT)) for lock in LOCKS if is_stale(lock)]
        if stale:
            print(f"stale against pyproject.toml: {', '.join(stale)} (run `make lock`)", file=sys.stderr)
        return 1 if stale else 0
    for lock in LOCKS:
        if arguments.upgrade or is_stale(lock):
            compile_lock(lock, arguments.uv, upgrade=arguments.upgrade)
            print(f"compiled {lock.path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
