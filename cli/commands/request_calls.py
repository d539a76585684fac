"""Calls to the back office about requests: a case by its number, and actions that are done once however often told."""

import re
import sys
import time
import uuid
from collections.abc import Mapping
from typing import Any

from cli.commands.operator_calls import Busy, Desk
from cli.local.trouble import Trouble
from privacy.domain.case_numbers import ANY

ONE = re.compile(rf"\[?({ANY})\]?", re.IGNORECASE)
ATTEMPTS = 6

type Described = Mapping[str, Any]


def number(text: str) -> str:
    """Return a case's number as it is written. Raises Trouble for what is none."""
    found = ONE.fullmatch(text.strip())
    if found is None:
        raise Trouble(
            f"{text} is no request's number: it looks like IM-2026-000123; `privacy requests` lists them"
        )
    return found[1].upper()


def do(office: Desk, path: str, **said: object) -> Described:
    """Return the answer. Every action has an id of its own, so that the same one told twice is one."""
    content = {name: value for name, value in said.items() if value not in (None, "")}
    answer: Described = patiently(office, path, {"command": uuid.uuid4().hex, **content})
    return answer


def told(answer: Described, done: str) -> int:
    """Print what was done, and the case after it."""
    from cli.commands.ink import ink_for
    from cli.commands.requests_page import request_line

    print(f"{done}.")
    print(request_line(answer["request"], ink_for(sys.stdout)))
    return 0


def patiently(office: Desk, path: str, content: Mapping[str, object]) -> Any:
    """A long list, and a retry under the same id, meet a busy moment now and then."""
    for attempt in range(1, ATTEMPTS):
        try:
            return office.call(path, content)
        except Busy:
            time.sleep(2**attempt / 4)
    return office.call(path, content)
