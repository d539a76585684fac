"""In the isolated Python: reads each mail of the arguments in a process of its own, where all imports are done.

mail.py count FILE…: one child reads nothing, then one reads each file; whoever counts sees each child's end.
mail.py peak FILE: the seconds that one takes, and the memory, on the last line.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import justhtml  # noqa: F401 - lazily imported otherwise, by the first mail in HTML

from privacy.inbound.mail import read_mail
from privacy.inbound.mail_card_redaction import without_cards

STORED = datetime(2026, 11, 2, 9, 1, tzinfo=UTC)


def take(file: str) -> None:
    """As the function does with what came in."""
    read_mail(without_cards(Path(file).read_bytes()), mail_id="mail", stored_at=STORED)


if sys.argv[1] == "count":
    for file in ("", *sys.argv[2:]):
        child = os.fork()
        if not child:
            if file:
                take(file)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(1)
else:
    started = time.perf_counter()
    take(sys.argv[2])
    took = time.perf_counter() - started
    lines = (line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(json.dumps({"seconds": took, "peak": int(dict(lines)["VmHWM"].split()[0]) * 1024}))
