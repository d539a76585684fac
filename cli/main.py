"""The operator's command `privacy`."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn, TextIO

from cli.commands import (
    breach,
    clock,
    deadline,
    disclosed,
    history,
    hold,
    mail,
    notes,
    orders,
    outbox,
    people,
    person,
    rebuild,
    reconcile,
    register,
    release,
    replay,
    replay_erasures,
    requests,
    retention,
    shop,
    triage,
)
from cli.local.trouble import Trouble

DESCRIPTION = """\
iméra's privacy back office, for those who run it.

  privacy requests                            what people asked for, by when it is due, your decisions
  privacy mail events/mail/*.eml              write to contact@ of the local back office
  privacy outbox                              the letters that the local back office has sent
  privacy person camille.durand@example.fr    what we know of somebody, on what ground,
                                              from which fact, until when
  privacy people links                        two addresses of one person? see and decide
  privacy disclosed lea@example.org --to …    note to whom data went that no provider tells of
  privacy notes                               what waits for you: whom to send Mailchimp's form
  privacy hold                                whose data are kept from the purge; `privacy release` lifts it
  privacy import                              day one: read the shop's past, see what it changes
  privacy orders delivered deliveries.csv     enter what Stripe does not know of orders
  privacy replay events/stripe/*.json         send example events, signed as the providers sign
  privacy clock history.json                  when somebody with this history has to go
  privacy deadline 2027-01-31                 when a request of that day has to be answered
  privacy triage letter.eml                   what a message asks for, and why it was understood so
  privacy rebuild                             fold everybody again from the facts
  privacy replay-erasures --since 2026-11-01  after a restore: erase again whoever was erased since
  privacy reconcile                           find what no webhook told us
  privacy retention plan                      what falls due of whom, when and why
  privacy register                            the register of Art. 30, made from the policy
  privacy breach                              breaches of data, and the 72 hours of each
  privacy shop                                play the stand-in shop that `make run` starts

`requests`, `person`, `people`, `notes`, `hold`, `release`, `import`, `orders`, `replay`, `rebuild`, `reconcile`,
`register`, `breach` and `retention` talk to the local back office that `make run` started, or to a deployed one with
--url.
Each says more: privacy person --help
"""

EPILOG = """\
exit status: 0 done · 1 replay: some event was not accepted · 2 it could not be done, and one line says why
"""

BAD_INPUT = 2
INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as everything else here does."""

    def error(self, message: str) -> NoReturn:
        raise Trouble(f"{message} (`{self.prog} --help` shows how)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    _write_whatever_the_terminal_can(sys.stdout)
    try:
        return _run(arguments)
    except Trouble as trouble:
        print("privacy:", " ".join(str(trouble).split()), file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # whoever read our output has seen enough; nothing is left to be flushed at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(arguments: Sequence[str] | None) -> int:
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.run is None:
        parser.print_help()
        return 0
    status: int = asked.run(asked)
    sys.stdout.flush()
    return status


def _write_whatever_the_terminal_can(stream: TextIO) -> None:
    """A name that the terminal has no letters for is no reason to show nothing."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="privacy",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in (
        requests,
        mail,
        outbox,
        person,
        people,
        disclosed,
        notes,
        hold,
        release,
        history,
        orders,
        replay,
        replay_erasures,
        clock,
        deadline,
        triage,
        rebuild,
        reconcile,
        register,
        breach,
        retention,
        shop,
    ):
        added = commands.add_parser(
            command.NAME,
            help=command.HELP,
            description=command.DESCRIPTION,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.take(added)
        added.set_defaults(run=command.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
