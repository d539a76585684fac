"""`privacy reconcile`: hold what Stripe and Mailchimp have against what we know, now; and what it wants to remove."""

import argparse
from collections.abc import Mapping

from cli.commands.operator_calls import DPO, STAFF, desk, take_desk
from cli.commands.plain_words import moment
from cli.commands.run_watch import Described, status, watched
from cli.local.trouble import Trouble

NAME = "reconcile"
HELP = "find what no webhook told, and who is subscribed without having asked"
DESCRIPTION = """\
Hold what Stripe and Mailchimp have against what we know. This happens every day by itself; a webhook that
never came is made up for and counted, and whoever is subscribed without having asked is removed. More
removals than the policy lets wait until somebody looked. To begin or approve one is for the role PrivacyDpo.

  privacy reconcile                   begin one now, and watch it
  privacy reconcile --full            read all members, not only those who changed since the last one
  privacy reconcile --show            how the last one ended
  privacy reconcile approve RUN       do what that one wanted to remove, and nothing else
"""

STATUS = "/operator/reconciliations/status"

DOING: Mapping[str, str] = {
    "events": "reads Stripe's events of the last 30 days",
    "members": "reads Mailchimp's members",
    "people": "looks at everybody we know",
    "vanished": "looks for those whom Mailchimp no longer lists",
    "removals": "hands over whom to remove",
}


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=["approve"], help="do what a run wanted to remove")
    parser.add_argument("id", nargs="?", metavar="RUN", help="the run, as --show names it")
    parser.add_argument("--full", action="store_true", help="read all members")
    parser.add_argument("--show", action="store_true", help="how the last one stands")
    take_desk(parser)


def run(arguments: argparse.Namespace) -> int:
    if arguments.action:
        return _approve(arguments)
    if arguments.show:
        last = status(desk(arguments, STAFF), STATUS)
        print(*lines(last) if last else ["There has been no reconciliation yet."], sep="\n")
        return 0
    at = desk(arguments, DPO)
    begun = at.call("/operator/reconciliations", {"full": arguments.full})
    if begun["began"]:
        print(f"Reconciliation {begun['run']} has begun.")
    else:
        print(f"Reconciliation {begun['run']} is under way already.")
        if arguments.full and not begun["full"]:
            raise Trouble("it does not read all members: ask for --full again when it has ended")
    print(*lines(watched(at, STATUS, begun["run"], progress)), sep="\n")
    return 0


def _approve(arguments: argparse.Namespace) -> int:
    if not arguments.id:
        raise Trouble("which one? `privacy reconcile --show` names it: privacy reconcile approve RUN")
    answer = desk(arguments, DPO).call("/operator/reconciliations/approvals", {"run": arguments.id})
    if not answer["approved"]:
        raise Trouble(f"nothing of {arguments.id} waits for an approval (`privacy reconcile --show`)")
    print(f"{_people(answer['removals'])} are taken out, unless they opted in meanwhile.")
    return 0


def progress(found: Described) -> str:
    """What a run does now."""
    if found["trouble"]:
        return f"waits for a provider ({found['trouble']}), and goes on by itself"
    counted = found["counts"].get(found["stage"])
    so_far = f": {counted:,} so far" if counted else ""
    return DOING[found["stage"]] + so_far


def lines(found: Described) -> list[str]:
    """How a run ended, or stands, in plain words."""
    counts = found["counts"]
    which = "all" if found["full"] else "changed since the last one"
    said = [
        f"Reconciliation {found['id']}, begun on {moment(found['started_at'])}",
        f"  read       {counts.get('events', 0):,} of Stripe's events",
        f"             {counts.get('members', 0):,} members of Mailchimp's ({which})",
        f"             {counts.get('people', 0):,} people of ours",
        f"  recorded   {_found(counts)}",
    ]
    for provider, name in (("stripe_missed", "Stripe"), ("mailchimp_missed", "Mailchimp")):
        if counts.get(provider):
            said.append(f"  missed     {_webhooks(counts[provider])} of {name}'s never came")
    if counts.get("absent"):
        said.append(f"  vanished   {_people(counts['absent'])} no longer at Mailchimp")
    if counts.get("followed"):
        said.append(
            f"  choices    {_people(counts['followed'])} whom Mailchimp did not follow yet: on their way"
        )
    return [*said, f"  removals   {_removals(found)}"]


def _found(counts: Mapping[str, int]) -> str:
    recorded = counts.get("recorded", 0)
    return "nothing: all of it was known" if not recorded else f"{recorded:,} that we did not know"


def _removals(found: Described) -> str:
    wanted, guard = found["counts"].get("removals", 0), found["guard"]
    if found["state"] == "running":
        return f"not decided: it {progress(found)}" if found["stage"] != "removals" else "being handed over"
    if not wanted:
        return "none: whoever is subscribed asked for it"
    if not found["history_approved"]:
        return f"none yet: {_people(wanted)} never asked for it, but the imported history is not approved"
    if found["state"] == "held":
        return (
            f"{_people(wanted)} subscribed without having asked. That is more than {guard['removals_at_most']}, or"
            f" than {guard['removals_at_most_percent']} % of an audience,\n             so nobody was removed."
            f" (Minutes after another run they may be on their way out already: look again first.)\n"
            f"             If it is right: privacy reconcile approve {found['id']}"
        )
    return f"{_people(wanted)} subscribed without having asked: taken out"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _webhooks(count: int) -> str:
    return "1 webhook" if count == 1 else f"{count:,} webhooks"
