"""`privacy rebuild`: have everybody folded again."""

import argparse

from cli.commands.operator_calls import DPO, desk, take_desk

NAME = "rebuild"
HELP = "fold everybody again from the facts"
DESCRIPTION = """\
Have the table of people rebuilt from the ledger, while facts go on arriving. Nothing is emptied first; it
can be asked for again at any time, and ends at the same table. For the role PrivacyDpo.

  privacy rebuild
  privacy rebuild --url https://abc123.execute-api.eu-west-3.amazonaws.com --profile imera-dpo
"""


def take(parser: argparse.ArgumentParser) -> None:
    take_desk(parser)


def run(arguments: argparse.Namespace) -> int:
    begun = desk(arguments, DPO).call("/operator/rebuilds", {})
    print(f"Rebuild {begun['run']} has begun: everybody in the ledger is queued to be folded again.")
    print("It is done when the queues of rebuild_people and fold_people are empty.")
    return 0
