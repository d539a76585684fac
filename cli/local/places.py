"""Where things are: the repository, its tools, and what one local back office keeps."""

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from cli.local.trouble import Trouble

REPOSITORY = Path(__file__).resolve().parents[2]
REGION = "eu-west-3"
ACCOUNT = "000000000000"


def tool(environment: str, program: str) -> Path:
    """Return a program of one of the environments under `.tools`."""
    found = REPOSITORY / ".tools" / environment / "bin" / program
    if not found.exists():
        raise Trouble(f".tools/{environment} is incomplete: delete it and run `make setup`.")
    return found


def function_python() -> str:
    """Return the interpreter that functions run on: Lambda's minor version, without any environment's packages."""
    if sys.version_info[:2] != (3, 13):
        raise Trouble("Functions need Python 3.13: run `make setup` and use .venv/bin/python.")
    return str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())


def architecture() -> str:
    """Return this machine's architecture, as the template's `Arch` names it."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


@dataclass(frozen=True)
class StateDirectory:
    """What one local back office keeps between runs."""

    root: Path

    @property
    def emulator(self) -> Path:
        return self.root / "emulator"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def operators(self) -> Path:
        return self.root / "operators.json"

    @property
    def ports(self) -> Path:
        return self.root / "ports.json"

    @property
    def office(self) -> Path:
        return self.root / "office.json"

    @property
    def outbox(self) -> Path:
        """Letters as they went out, one file each."""
        return self.root / "outbox"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    def prepare(self) -> None:
        """Make the directories. What they hold is nobody else's business."""
        for directory in (self.root, self.emulator, self.logs):
            directory.mkdir(parents=True, exist_ok=True)
            directory.chmod(0o700)
