"""`python -m cli.local run`: the local back office until Ctrl-C."""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cli.local.backoffice import DEFAULT_STATE, BackOffice, running
from cli.local.steps import to_terminal
from cli.local.trouble import Trouble


def main() -> int:
    """Run the command and return its exit status."""
    arguments = _arguments()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _interrupt(stop))
    started = time.monotonic()
    try:
        with running(
            arguments.state,
            _port(arguments.port, "PORT"),
            tell=to_terminal,
            clock_shift=_clock_shift(arguments.date),
            past=arguments.past != "0",
            smtp_port=_port(arguments.smtp_port, "SMTP_PORT"),
            mail_relay=arguments.mail_relay,
        ) as office:
            _INTERRUPTIBLE.clear()
            office.shop.register_webhooks(office.base_url, office.secrets)
            print(_welcome(office, time.monotonic() - started), flush=True)
            while not stop.wait(0.5):
                office.check()
            to_terminal("stopping: saving the tables")
    except Trouble as trouble:
        print(f"local back office: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        to_terminal("stopped while starting; nothing is left running")
        return 130
    return 0


_INTERRUPTIBLE = threading.Event()
_INTERRUPTIBLE.set()


def _interrupt(stop: threading.Event) -> None:
    """While starting, give up what is being done; afterwards, stop in good order."""
    stop.set()
    if _INTERRUPTIBLE.is_set():
        raise KeyboardInterrupt


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m cli.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start it, print its addresses, stay until Ctrl-C")
    run.add_argument(
        "--port", default=os.environ.get("PORT") or "8000", help="public port (PORT, default 8000)"
    )
    run.add_argument(
        "--smtp-port",
        default=os.environ.get("SMTP_PORT") or "2525",
        help="where contact@ takes mail (SMTP_PORT, default 2525)",
    )
    run.add_argument(
        "--mail-relay",
        metavar="HOST",
        default=os.environ.get("MAIL_RELAY") or "",
        help="play the set-up where the shop's mail host HOST copies contact@ (MAIL_RELAY)",
    )
    run.add_argument("--state", type=Path, default=DEFAULT_STATE, help="where data is kept (default .local)")
    run.add_argument(
        "--past",
        choices=("0", "1"),
        default=os.environ.get("PAST") or "1",
        help="1: a new stand-in shop has three years behind it; 0: it begins empty (PAST, default 1)",
    )
    run.add_argument("--date", metavar="YYYY-MM-DD", help="the day that functions live in (default: today)")
    return parser.parse_args()


def _clock_shift(day: str | None) -> float:
    """Return the seconds from today to the day, in whole days: the time of day stays."""
    if day is None:
        return 0.0
    try:
        return (date.fromisoformat(day) - datetime.now(UTC).date()) / timedelta(seconds=1)
    except ValueError:
        raise Trouble(f"--date is {day!r}: give a day as YYYY-MM-DD.") from None


def _port(text: str, name: str) -> int:
    if not text.isdigit() or not 0 <= int(text) <= 65535:
        raise Trouble(f"{name} is {text!r}: give a number from 0 (any free port) to 65535.")
    return int(text)


def _welcome(office: BackOffice, seconds: float) -> str:
    key = office.secrets["mailchimp-webhook"]["path_keys"][0]
    return f"""
The privacy back office is open ({seconds:.1f} s).

  Stripe's webhook      {office.base_url}/webhooks/stripe
  Mailchimp's webhook   {office.base_url}/webhooks/mailchimp/{key}
  contact@'s mail       SMTP on 127.0.0.1:{office.smtp_port}
  Stripe stand-in       {office.standins["stripe"]}
  Mailchimp stand-in    {office.standins["mailchimp"]}
  AWS endpoint          {office.endpoint}
  data and logs         {office.state.root}
{_past(office.shop.past())}
Play the shop and look, from another terminal:

  .venv/bin/privacy shop                            what can happen at Stripe and Mailchimp
  .venv/bin/privacy shop checkout email=someone@example.org box=ticked
  .venv/bin/privacy replay events/stripe/*.json     example events, signed as Stripe signs
  .venv/bin/privacy mail events/mail/*.eml          people write to contact@; `privacy requests` says what became of it
  .venv/bin/privacy person someone@example.org      what we know, on what ground, until when

Ctrl-C stops it; the data stays."""


def _past(told: Mapping[str, Any]) -> str:
    if not told:
        return ""
    members, unproven = told["members"]["total"], told["unproven"]
    return f"""
The shop has a past: {told["orders"]:,} orders by {told["buyers"]} people in three years, and {members:,} members of the
newsletter, {unproven} of them subscribed without proof. (PAST=0 on an empty {DEFAULT_STATE.name}/ begins without one.)

  .venv/bin/privacy import                          day one: read that past, see what it would change
"""
