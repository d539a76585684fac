"""`privacy import`: read the shop's past, see what it changes, and let that happen."""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

from cli.commands.history_page import plan_page, progress_line, stood_still, where_it_stands
from cli.commands.ink import ink_for
from cli.commands.operator_calls import DPO, STAFF, Busy, Desk, desk, take_desk
from cli.local.trouble import Trouble

NAME = "import"
HELP = "read the shop's past from Stripe and Mailchimp, and see what it changes"
DESCRIPTION = """\
Day one: everything that Stripe and Mailchimp have of the past becomes facts, and a plan says what those change at
Mailchimp, and for how many people. Nothing is changed there before you approve that plan.

  privacy import                   begin, or join the one under way; ends by showing the plan
  privacy import --show            how it stands, or the plan
  privacy import approve PLAN      let the plan happen
  privacy import --again           read everything anew, for a new plan

It may run beside the webhooks and as often as you like: what is known already changes nothing. Ctrl-C only stops
watching. Anybody of the roles PrivacyStaff and PrivacyDpo may look; to begin and to approve is for PrivacyDpo.
"""

#: Seconds between two looks.
EVERY = 2.0
INTERRUPTED = 130

type Described = Mapping[str, Any]


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", nargs="?", choices=("approve",), metavar="approve", help="let a plan happen")
    parser.add_argument("plan", nargs="?", metavar="PLAN", help="which one, as it was shown")
    parser.add_argument("--show", action="store_true", help="only say how it stands")
    parser.add_argument("--again", action="store_true", help="read everything anew")
    take_desk(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.act == "approve":
        if not arguments.plan:
            raise Trouble("which plan? `privacy import --show` names it")
        return _approve(desk(arguments, DPO), arguments.plan)
    if arguments.show:
        return _show(desk(arguments, STAFF))
    return _begin(desk(arguments, DPO), again=arguments.again)


def _begin(at: Desk, *, again: bool) -> int:
    known = _status(at)["run"]
    if known is not None and known["state"] == "planned" and not again:
        print("There is a plan already. `privacy import --again` reads everything anew.\n")
        return _show(at)
    begun = at.call("/operator/imports", {})
    if begun["joined"]:
        print("An import is under way: this one joins it.")
    else:
        print("The import has begun. It goes on without this window; Ctrl-C stops watching.")
    try:
        watch(lambda: _status(at)["run"], sys.stdout, sleep=time.sleep, now=lambda: datetime.now(UTC))
    except KeyboardInterrupt:
        print("\nThe import goes on. `privacy import` watches it again, `privacy import --show` looks once.")
        return INTERRUPTED
    return _show(at)


def watch(
    look: Callable[[], Described | None],
    out: TextIO,
    *,
    sleep: Callable[[float], None],
    now: Callable[[], datetime],
) -> None:
    """Tell how the import gets on until it does not any more: on a terminal in one line, else kind by kind."""
    terminal, told, stage = out.isatty(), "", None
    while True:
        try:
            found = look()
        except Busy:
            sleep(EVERY)
            continue
        if found is None or found["state"] != "running":
            break
        line = progress_line(found, now())
        if terminal:
            out.write("\r\033[K" + line)
        elif found["stage"] != stage or (found["trouble"] and line != told):
            out.write(line + "\n")
        told, stage = line, found["stage"]
        out.flush()
        sleep(EVERY)
    if terminal and told:
        out.write("\r\033[K")


def _show(at: Desk) -> int:
    status = _status(at)
    found = status["run"]
    if found is None:
        print("Nothing was imported yet: `privacy import` begins.")
    elif found["state"] == "running":
        now = datetime.now(UTC)
        print(progress_line(found, now))
        if waited := stood_still(found, now):
            print(waited)
    else:
        print(plan_page(found, status["approved_at"], ink_for(sys.stdout)))
    return 0


def _approve(at: Desk, plan: str) -> int:
    if not (plan.isascii() and plan.isalnum()):
        raise Trouble("that is no plan's name: `privacy import --show` names it")
    answer = at.call("/operator/imports/approvals", {"plan": plan})
    if not answer["approved"]:
        raise Trouble(
            f"{plan} is not the latest plan, or has changed since: nothing was approved."
            " See what an approval means now with `privacy import --show`"
        )
    print(where_it_stands(answer["run"]))
    return 0


def _status(at: Desk) -> Any:
    return at.call("/operator/imports/status", {})
