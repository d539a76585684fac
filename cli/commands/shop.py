"""`privacy shop`: play the stand-in shop of the local back office, at Stripe and at Mailchimp."""

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.commands.office import DEFAULT_STATE, local_office
from cli.local.shop import Shop
from cli.local.trouble import Trouble

NAME = "shop"
HELP = "play the stand-in shop: somebody buys, subscribes, leaves"
DESCRIPTION = """\
Let something happen at the stand-ins of Stripe and Mailchimp that `make run` started. They deliver the webhooks
that follow. Without an ACT it lists what can happen, and with which arguments.

  privacy shop checkout email=lea@example.org box=ticked     she buys, and wants the newsletter
  privacy shop checkout email=lea@example.org box=unticked   she buys again, and does not
  privacy shop signup email=lea@example.org                  Mailchimp's own form
  privacy shop unsubscribe email=lea@example.org             the link in a newsletter
  privacy shop import email=lea@example.org                  a colleague imports a file
  privacy shop refund of=lea@example.org
  privacy shop withhold on                                   webhooks are lost from now on …
  privacy shop withhold off                                  … and delivered again
  privacy shop past                                          the numbers of the shop's past
"""


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", metavar="ACT", nargs="?", help="what happens (default: list it all)")
    parser.add_argument(
        "arguments", metavar="NAME=VALUE", nargs="*", help="to whom, when and how; `at` is a date and time"
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=DEFAULT_STATE,
        metavar="DIR",
        help="where the back office keeps its data",
    )


def run(arguments: argparse.Namespace) -> int:
    shop = Shop(local_office(arguments.state).standins)
    match arguments.act:
        case None:
            lines = _listed(shop)
        case "withhold":
            lines = _withheld(shop, arguments.arguments)
        case "past":
            lines = [json.dumps(shop.past(), indent=2)]
        case act:
            lines = _happened(shop, act, _values(arguments.arguments))
    print("\n".join(lines))
    return 0


def _listed(shop: Shop) -> list[str]:
    acts = shop.acts()
    lines: list[str] = []
    for place in shop.addresses:
        known = [(act, arguments) for act, (provider, arguments) in acts.items() if provider == place]
        lines += [f"At {place.title()}:", *(f"  {act:<22} {arguments}" for act, arguments in known), ""]
    return [*lines, "What ends in = may be left out. `privacy shop --help` has examples."]


def _values(words: list[str]) -> dict[str, Any]:
    """`amount=4900` is a number, `copies=2`, `quiet=true` and `changes={"name": "Léa"}` are JSON, the rest is text."""
    values: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise Trouble(f"{word!r} is no NAME=VALUE, such as email=lea@example.org")
        try:
            values[name] = json.loads(value)
        except ValueError:
            values[name] = value
    return values


def _withheld(shop: Shop, words: list[str]) -> list[str]:
    if words not in (["on"], ["off"]):
        raise Trouble("say `privacy shop withhold on` or `privacy shop withhold off`")
    lost = shop.withhold(words == ["on"])
    if words == ["on"]:
        return ["Webhooks are withheld: what happens from now on, the back office is not told."]
    return [f"Webhooks are delivered again. {lost} were lost meanwhile, and stay so."]


def _happened(shop: Shop, act: str, values: Mapping[str, Any]) -> list[str]:
    acts = shop.acts()
    if act not in acts:
        raise Trouble(f"nothing called {act} can happen here: `privacy shop` lists what can")
    made = dict(shop.ask(acts[act][0], "act", {"wait": True, **values, "act": act}))
    deliveries = made.pop("deliveries")
    member = made.pop("member", None)
    lines = [f"{name} {value}" for name, value in made.items() if value is not None]
    if member is not None:
        lines.append(f"{member['email_address']} is {member['status']} in audience {member['list_id']}")
    statuses = Counter(delivery["statuses"][-1] for delivery in deliveries if delivery["statuses"])
    answered = ", ".join(f"{n} × {status}" for status, n in sorted(statuses.items()))
    return [*lines, f"webhooks: answered {answered}" if answered else "webhooks: none delivered"]
