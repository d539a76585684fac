"""Begin a run of the purge, watch it, approve it; and what one would do."""

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from cli.commands.operator_calls import DPO, STAFF, Desk, desk
from cli.commands.retention_page import held_lines, plan_page, run_lines
from cli.commands.run_watch import Described, status, watched
from cli.local.trouble import Trouble

STATUS = "/operator/retention/runs/status"
#: People that a dry run looks at one by one.
LOOKED_AT = 200

DOING: Mapping[str, str] = {
    "look": "looks how many are due",
    "count": "counts everybody who is due",
    "send": "hands over what is due",
    "tell": "counts what the days before did",
}


def run(arguments: argparse.Namespace) -> int:
    """`privacy retention run`."""
    if arguments.dry_run and arguments.show:
        raise Trouble("--dry-run says what a run would do, --show what the last one did: one of the two")
    if arguments.show:
        found = status(desk(arguments, STAFF), STATUS)
        print(*run_lines(found) if found else ["There has been no run yet."], sep="\n")
        return 0
    at = desk(arguments, DPO)
    if arguments.dry_run:
        return _would(at)
    begun = at.call("/operator/retention/runs", {"dry_run": False})
    word = "has begun" if begun["began"] else "is under way already"
    print(f"Run {begun['run']} {word}. It goes on without this window.")
    print(*run_lines(watched(at, STATUS, begun["run"], _doing)), sep="\n")
    return 0


def approve(arguments: argparse.Namespace) -> int:
    """`privacy retention approve RUN`."""
    at = desk(arguments, DPO)
    answer = at.call("/operator/retention/runs/approvals", {"run": arguments.id})
    if not answer["approved"]:
        match answer["because"]:
            case "history":
                raise Trouble("approve the imported history first: `privacy import --show` names its plan")
            case "superseded":
                raise Trouble(
                    f"a newer run has decided since: {answer['run']} (`privacy retention run --show`)"
                )
            case _:
                raise Trouble(
                    f"nothing of {arguments.id} waits for an approval (`privacy retention run --show`)"
                )
    print(f"Run {arguments.id} goes on, for {_people(answer['people'])} at most as were counted.")
    print(*run_lines(watched(at, STATUS, arguments.id, _doing)), sep="\n")
    return 0


def read_plan(at: Desk, on: str | None, limit: int) -> dict[str, Any]:
    """Everybody of the plan, page by page, up to so many; how far it is stands on a terminal meanwhile."""
    asked: dict[str, object] = {} if on is None else {"on": on}
    found: dict[str, Any] = {"people": [], "rules": {}, "looked_at": 0, "unread": 0}
    while True:
        page = at.call("/operator/retention/plans", asked)
        found["on"] = page["on"]
        found["people"] += page["people"]
        found["rules"] |= page["rules"]
        for count in ("looked_at", "unread"):
            found[count] += page[count]
        _progress(f"{found['looked_at']:,} looked at")
        if page["after"] is None or len(found["people"]) >= limit:
            found["more"] = page["after"] is not None or len(found["people"]) > limit
            found["people"] = found["people"][:limit]
            _progress("")
            return found
        asked["after"] = page["after"]
        asked["on"] = page["on"]


def _would(at: Desk) -> int:
    """What the guard says, and what would go; nothing is written but who looked."""
    from cli.commands.ink import ink_for

    preview = at.call("/operator/retention/runs", {"dry_run": True})
    print(*held_lines(preview), sep="\n")
    found = read_plan(at, None, LOOKED_AT)
    print(plan_page(found, ink_for(sys.stdout)))
    print("\nNothing was changed.")
    return 0


def _doing(found: Described) -> str:
    if found["trouble"]:
        return f"waits ({found['trouble']}), and goes on by itself"
    counted = found["counts"].get("due" if found["stage"] == "count" else "person")
    return DOING[found["stage"]] + (f": {counted:,} people so far" if counted else "")


def _progress(words: str) -> None:
    """On a terminal, in one line that is gone in the end."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{words}")
        sys.stderr.flush()


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"
