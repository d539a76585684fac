"""Ports on 127.0.0.1."""

import socket
from collections.abc import Iterable
from pathlib import Path

from cli.local import private_file
from cli.local.trouble import Trouble

HERE = "127.0.0.1"


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


def kept_ports(file: Path, names: Iterable[str]) -> dict[str, int]:
    """Return a port for each name: the one of the last time, unless somebody else has it now.

    What is deployed names these ports, so keeping them saves a deployment at every start.
    """
    last: dict[str, int] = private_file.read(file) or {}
    ports = {name: last[name] if name in last and not answers(last[name]) else free_port() for name in names}
    private_file.write(file, ports)
    return ports


def check_free(port: int, setting: str) -> None:
    """Refuse a port that somebody listens on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HERE, port))
        except PermissionError:
            raise Trouble(
                f"Port {port} needs more rights than yours: choose another with {setting}=<port>."
            ) from None
        except OSError:
            raise Trouble(
                f"Port {port} is in use: stop what listens there, or set {setting}=<port>."
            ) from None


def answers(port: int) -> bool:
    """Whether something accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HERE, port)) == 0
