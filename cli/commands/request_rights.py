"""`privacy requests draft|refuse|fee|notify`: what a person proposes as an answer, or says instead of one."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from cli.commands.addresses import address
from cli.commands.operator_calls import DPO, STAFF, desk
from cli.commands.request_calls import Described, do, number, told
from cli.local.trouble import Trouble

#: The lines that `privacy requests --help` has of them.
TOLD = """\
  privacy requests draft IM-2026-000123 --correct city=Paris        what the answer would be; nothing is done before
                                                      `approve`; also --restrict, --stop, --review, --directive,
                                                      --revoke, --heirs
  privacy requests refuse IM-2026-000123 --reason "…"               with reasons, which go to the person (DPO)
  privacy requests fee IM-2026-000123 --item access --amount 12.50 --reason "…"    of an excessive request (DPO)
  privacy requests notify IM-2026-000123 carrier --told "…"         whoever got the data; later --done, --refused
"""
GROUNDS = ("accuracy", "unlawful", "claims", "objection")
OUTCOMES = ("told", "done", "refused", "impossible")
#: Which right each option answers, as an item of the case.
_ITEMS: Mapping[str, str] = {
    "correct": "rectification",
    "restrict": "restriction",
    "stop": "objection",
    "review": "automated_decision_review",
    "directive": "post_mortem_directive",
    "revoke": "post_mortem_directive",
    "heirs": "heir_request",
}

type Adds = Callable[..., argparse.ArgumentParser]


def take_rights(kind: Adds) -> None:
    """kind: adds a command of `privacy requests`."""
    _take_draft(kind("draft", "what the answer would be, for somebody to approve", _draft))
    refused = kind("refuse", "say no, with reasons that go to the person", _refuse)
    refused.add_argument("--reason", required=True, help="why, in words that go to the person")
    refused.add_argument("--item", help="which of the rights asked for (default: all that wait)")
    fee = kind("fee", "ask for a fee, of a request that is excessive", _fee)
    fee.add_argument("--item", required=True, help="for which of the rights asked for")
    fee.add_argument("--amount", required=True, metavar="EUROS", help="what it costs, such as 12.50")
    fee.add_argument("--reason", required=True, help="why, in words that go to the person")
    notified = kind("notify", "tell a recipient of the data, or write down what they answered", _notify)
    notified.add_argument(
        "recipient", metavar="RECIPIENT", help="its id in policy/imera.toml, or as `preview` names it"
    )
    outcome = notified.add_mutually_exclusive_group(required=True)
    for name in OUTCOMES:
        words = "what they are asked to do" if name == "told" else "what they answered"
        outcome.add_argument(f"--{name}", metavar="WORDS", help=words)


def _take_draft(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--correct",
        action="append",
        metavar="FIELD=VALUE",
        help="given_name, family_name, email, city… (may be repeated)",
    )
    what.add_argument("--restrict", choices=GROUNDS, help="only store their data, on that ground")
    what.add_argument(
        "--stop", action="append", metavar="USE", help="their data are not used for that any more"
    )
    what.add_argument("--review", metavar="WORDS", help="what came of looking at the refusal, and why")
    what.add_argument(
        "--directive", action="append", metavar="WORDS", help="what they want after their death, a line each"
    )
    what.add_argument("--revoke", action="store_true", help="their directive is taken back")
    what.add_argument(
        "--heirs", action="append", metavar="WORDS", help="what was done for heirs, a line each"
    )
    parser.add_argument("--item", help="which, where a right was asked for more than once")
    parser.add_argument("--email", help="of whose data, where that is not who wrote")
    parser.add_argument(
        "--executor", default="", help="with --directive: who carries it out, if they named anybody"
    )
    parser.add_argument(
        "--consented", action="store_true", help="with --directive: they agreed to that alone, not to terms"
    )
    parser.add_argument(
        "--minds-directive", action="store_true", help="with --heirs: what the dead person left was read"
    )


def _draft(arguments: argparse.Namespace) -> int:
    option = next(name for name in _ITEMS if getattr(arguments, name))
    drafted = do(
        desk(arguments, STAFF),
        "/operator/requests/drafts",
        request=number(arguments.request),
        item=arguments.item or _ITEMS[option],
        email=address(arguments.email) if arguments.email else None,
        **_proposed(option, arguments),
    )
    told(drafted, "Drafted")
    print(_what_next(arguments, drafted["draft"]))
    return 0


def _proposed(option: str, arguments: argparse.Namespace) -> Mapping[str, object]:
    says: Mapping[str, Callable[[], Mapping[str, object]]] = {
        "correct": lambda: {"fields": _fields(arguments.correct)},
        "restrict": lambda: {"ground": arguments.restrict},
        "stop": lambda: {"lines": arguments.stop},
        "review": lambda: {"words": arguments.review},
        "directive": lambda: {
            "lines": arguments.directive,
            "executor": arguments.executor,
            "consented": arguments.consented,
        },
        "revoke": lambda: {"revokes": True},
        "heirs": lambda: {"lines": arguments.heirs, "minds": arguments.minds_directive},
    }
    return says[option]()


def _fields(said: Sequence[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for each in said:
        name, equals, value = each.partition("=")
        if not equals or not value.strip():
            raise Trouble(f"{each!r} says not what becomes of what: write it like city=Paris")
        fields[name.strip()] = value.strip()
    return fields


def _what_next(arguments: argparse.Namespace, draft: Described) -> str:
    digest = str(draft["digest"])[:12]
    return f"Look at it, and let it be done: privacy requests approve {number(arguments.request)} --digest {digest}"


def _refuse(arguments: argparse.Namespace) -> int:
    if not arguments.reason.strip():
        raise Trouble("why? --reason says so, in words that go to the person (G12)")
    refused = do(
        desk(arguments, DPO),
        "/operator/requests/refusals",
        request=number(arguments.request),
        item=arguments.item,
        reason=arguments.reason,
    )
    return told(refused, "Refused")


def _fee(arguments: argparse.Namespace) -> int:
    asked = do(
        desk(arguments, DPO),
        "/operator/requests/fees",
        request=number(arguments.request),
        item=arguments.item,
        amount=_cents(arguments.amount),
        reason=arguments.reason,
    )
    return told(asked, "Asked for")


def _cents(text: str) -> int:
    try:
        cents = Decimal(text.strip().replace(",", ".")) * 100
    except InvalidOperation:
        cents = Decimal("NaN")
    if not cents.is_finite() or cents != cents.to_integral_value() or cents <= 0:
        raise Trouble(f"{text!r} is no amount: write it like 12.50")
    return int(cents)


def _notify(arguments: argparse.Namespace) -> int:
    outcome = next(name for name in OUTCOMES if getattr(arguments, name) is not None)
    notified = do(
        desk(arguments, STAFF),
        "/operator/requests/notices",
        request=number(arguments.request),
        recipient=arguments.recipient,
        outcome=outcome,
        words=getattr(arguments, outcome),
    )
    told(notified, "Written down")
    if outcome == "told" and not notified["letter"]:
        print(
            "No letter goes: nobody has told us an address of theirs. If they do not know yet, tell them yourself."
        )
    return 0
