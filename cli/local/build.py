"""`sam build` for this machine, only when something that it reads has changed."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from cli.local.places import REGION, REPOSITORY, architecture, tool
from cli.local.trouble import Trouble

BUILT = REPOSITORY / ".aws-sam" / "local"
BYTECODE = BUILT / "bytecode"  # of the emulator, whose environment holds none
COMPLETE = ".complete"
BUILDS_KEPT = 3
READ_BY_BUILD = ("template.yaml", "functions", "layers")


def built_template() -> tuple[Path, str]:
    """Build if need be; return the built template and a fingerprint of all that went into it.

    A build has a folder of its own and never changes, so that whoever uses one is not disturbed by the next.
    """
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fingerprint = _fingerprint()
        build = BUILT / "builds" / fingerprint[:16]
        if not (build / COMPLETE).exists():
            _build(build)
            (build / COMPLETE).touch()
        os.utime(build)
        _drop_all_but_latest()
        return build / "built" / "template.yaml", fingerprint


def _drop_all_but_latest() -> None:
    builds = sorted((BUILT / "builds").iterdir(), key=lambda build: build.stat().st_mtime, reverse=True)
    for build in builds[BUILDS_KEPT:]:
        shutil.rmtree(build, ignore_errors=True)


def _build(build: Path) -> None:
    sam = tool("sam", "sam")
    log = BUILT / "build.log"
    command = [
        str(sam),
        "build",
        "--template-file",
        str(REPOSITORY / "template.yaml"),
        "--cached",
        "--parallel",
    ]
    command += ["--build-dir", str(build / "built"), "--cache-dir", str(BUILT / "cache")]
    command += ["--parameter-overrides", f"Arch={architecture()}"]
    path = f"{sam.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {**os.environ, "PATH": path, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": REGION}
    environment["ARCH"] = architecture()  # what the layer's makefile asks for
    with log.open("wb") as output:
        done = subprocess.run(
            command, cwd=REPOSITORY, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode != 0:
        raise Trouble(f"sam build failed ({_reason(log.read_text(errors='replace'))}): see {log}.")


def _reason(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it said nothing"]
    return next((line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")), lines[-1])


def _fingerprint() -> str:
    digest = hashlib.sha256(architecture().encode())
    for file in _files():
        digest.update(str(file.relative_to(REPOSITORY)).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    for name in READ_BY_BUILD:
        start = REPOSITORY / name
        if start.is_file():
            yield start
        for file in sorted(start.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file
    requirements = REPOSITORY / "requirements"
    yield from sorted(requirements.glob("*.txt"))
