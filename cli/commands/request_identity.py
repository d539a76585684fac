"""`privacy requests identify, proof, verify, reject-proof`: how people show that data are theirs (A6)."""

import argparse
from collections.abc import Callable
from typing import Any

from cli.commands.addresses import address
from cli.commands.operator_calls import DPO, STAFF, desk
from cli.commands.request_calls import do, number, told
from cli.local.trouble import Trouble

#: The lines that `privacy requests --help` has of them.
TOLD = """\
  privacy requests identify IM-2026-000123 --address camille.durand@example.fr   ask that address on file instead
  privacy requests identify IM-2026-000123 --level L2 --address camille.durand@example.fr
                                                      ask for two facts, to be compared with that record
  privacy requests identify IM-2026-000123 --level L3 --reason "…"  ask for a document; the reason goes to the person
  privacy requests proof IM-2026-000123               the document that came: links for a minute
  privacy requests verify IM-2026-000123 --level L3 --reason "…"    it shows who they are, and is deleted
  privacy requests reject-proof IM-2026-000123 --missing "…"        it does not, and is deleted; they are told why
  privacy requests unidentified IM-2026-000123        nobody proved anything for 30 days: close it, and tell them
"""
LEVELS = ("L1", "L2", "L3")
#: Documents are the DPO's (A6).
OF_THE_DPO = "L3"

type Adds = Callable[..., argparse.ArgumentParser]


def take_identity(kind: Adds) -> None:
    """Let `privacy requests` be told of identity. kind: adds one of its commands."""
    asked = kind("identify", "have somebody show that the data are theirs", _identify)
    asked.add_argument(
        "--level", choices=LEVELS, default="L1", help="a confirmation, facts, a document (default: L1)"
    )
    asked.add_argument(
        "--address", help="on file: the mailbox that is asked, or whose record facts have to fit"
    )
    asked.add_argument("--besides", action="store_true", help="that address is another one of theirs")
    asked.add_argument("--reason", default="", help="why; with L3 it goes to the person")
    _take_items(asked)
    kind("proof", "the document that came in, to look at (DPO)", _proof)
    verified = kind("verify", "the proof will do", _verify)
    verified.add_argument(
        "--level",
        choices=(*LEVELS, "L1a"),
        required=True,
        help="what it was; L1a: no answer, but authenticated",
    )
    verified.add_argument("--address", help="whose data it opens, if not the sender's own address")
    verified.add_argument("--reason", required=True, help="what showed it; never what the document says")
    verified.add_argument(
        "--minds-directive", action="store_true", help="of heirs: what the dead person left was read"
    )
    _take_items(verified)
    rejected = kind("reject-proof", "the proof will not do", _reject)
    rejected.add_argument(
        "--missing", required=True, help="what is still needed, in words that go to the person"
    )
    _take_items(rejected)
    closed = kind("unidentified", "nobody proved anything for 30 days: close it, and tell them", _close)
    closed.add_argument("--reason", default="", help="what was tried, for the next reader")
    _take_items(closed)


def _take_items(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--item",
        action="append",
        metavar="ITEM",
        help="of which items (default: all that wait; may be repeated)",
    )


def _identify(arguments: argparse.Namespace) -> int:
    if arguments.besides and not arguments.address:
        raise Trouble("--besides goes with --address: the other address of theirs")
    if arguments.level == OF_THE_DPO and not arguments.reason.strip():
        raise Trouble("why is there doubt? --reason says so, in words that go to the person (A6)")
    asked = do(
        desk(arguments, _role(arguments)),
        "/operator/requests/identity",
        request=number(arguments.request),
        level=arguments.level,
        reason=arguments.reason,
        besides=arguments.besides or None,
        **_about(arguments),
    )
    return told(asked, "Asked")


def _proof(arguments: argparse.Namespace) -> int:
    found: Any = desk(arguments, DPO).call(
        "/operator/requests/proofs", {"request": number(arguments.request)}
    )
    if not found["proofs"]:
        print("No document is there.")
    for proof in found["proofs"]:
        print(f"{proof['object']}: {proof['size']:,} bytes, for a minute at {proof['link']}")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    if not arguments.reason.strip():
        raise Trouble("what showed it? --reason says so")
    said = {
        "level": arguments.level,
        "reason": arguments.reason,
        "minds": arguments.minds_directive or None,
        **_about(arguments),
    }
    return _decide(arguments, _role(arguments), "verified", "Verified", **said)


def _reject(arguments: argparse.Namespace) -> int:
    if not arguments.missing.strip():
        raise Trouble("what is still needed? --missing says so, in words that go to the person")
    said = {"missing": arguments.missing, "items": arguments.item}
    return _decide(arguments, STAFF, "insufficient", "Not enough", **said)


def _close(arguments: argparse.Namespace) -> int:
    said = {"reason": arguments.reason, "items": arguments.item}
    return _decide(arguments, STAFF, "unidentified", "Closed", **said)


def _decide(arguments: argparse.Namespace, role: str, decision: str, done: str, **said: object) -> int:
    """done: the word by which it is told."""
    decided = do(
        desk(arguments, role),
        "/operator/requests/verifications",
        request=number(arguments.request),
        decision=decision,
        **said,
    )
    return told(decided, done)


def _role(arguments: argparse.Namespace) -> str:
    return DPO if arguments.level == OF_THE_DPO else STAFF


def _about(arguments: argparse.Namespace) -> dict[str, object]:
    return {
        "items": arguments.item,
        "address": address(arguments.address) if arguments.address else None,
    }
