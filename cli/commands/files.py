"""What a file named on the command line holds, or one line about what is wrong with it."""

import json
import sys
from pathlib import Path
from typing import Any

from cli.local.trouble import Trouble

STDIN = "-"


def content_of(name: str, at_most: int = -1) -> bytes:
    """Return the bytes of the file, or of standard input for `-`; no more than `at_most`. Raises Trouble."""
    try:
        if name == STDIN:
            return sys.stdin.buffer.read(at_most)
        with Path(name).open("rb") as file:
            return file.read(at_most)
    except FileNotFoundError:
        raise Trouble(f"{name}: there is no such file") from None
    except IsADirectoryError:
        raise Trouble(f"{name} is a directory: name the files in it") from None
    except (OSError, ValueError) as error:
        raise Trouble(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def json_of(name: str, content: bytes) -> Any:
    """Return the JSON value in the content of a file of that name. Raises Trouble."""
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Trouble(f"{name} is not JSON: {error.msg} at {where}") from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise Trouble(f"{name} is not JSON that can be read") from None
