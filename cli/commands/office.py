"""Which back office a command talks to: the local one, as `make run` left word of it, or a deployed one."""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cli.local.places import REPOSITORY, StateDirectory
from cli.local.trouble import Trouble

DEFAULT_STATE = REPOSITORY / ".local"
NOT_RUNNING = "no local back office is running: start one with `make run`, or name a deployed one with --url"

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class LocalOffice:
    """The running local back office. keys: IAM role → (access key id, secret access key); standins: name → URL.

    smtp_port: where contact@ takes mail, on this machine.
    """

    base_url: str
    region: str
    keys: Mapping[str, tuple[str, str]]
    standins: Mapping[str, str]
    state: StateDirectory
    smtp_port: int = 0


def take_where(parser: argparse.ArgumentParser, *, inherit: bool = False) -> None:
    """Let the command be told where. inherit: its parent was asked too, whose word stands until this one is told."""
    nothing = argparse.SUPPRESS if inherit else None
    parser.add_argument(
        "--url", default=nothing, help="a deployed back office, https://… (default: the local one)"
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=nothing or DEFAULT_STATE,
        metavar="DIR",
        help="where the local back office keeps its data (default: .local)",
    )


def local_office(state: Path) -> LocalOffice:
    """Return the local back office that keeps its data there. Raises Trouble where none is running."""
    directory = StateDirectory(state)
    try:
        told = json.loads(directory.office.read_text())
        keys = {
            role: (str(key["access_key_id"]), str(key["secret_access_key"]))
            for role, key in told["operators"].items()
        }
        standins = {str(name): str(url) for name, url in told.get("standins", {}).items()}
        return LocalOffice(
            checked(str(told["base_url"])),
            str(told["region"]),
            keys,
            standins,
            directory,
            smtp_port=int(told.get("smtp_port", 0)),
        )
    except FileNotFoundError:
        raise Trouble(NOT_RUNNING) from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise Trouble(f"{directory.office} cannot be understood: start the back office again") from None


def checked(url: str) -> str:
    """Return the address without a slash at its end; personal data leave this machine by TLS only (P27)."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise Trouble(f"{url} is no address of a back office: write it like https://privacy.shop.example")
    if parts.scheme == "http" and host not in _HERE:
        raise Trouble(f"{url} is not encrypted: use https://")
    return url.rstrip("/")
