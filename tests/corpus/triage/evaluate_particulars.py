"""How well a labelled split's particulars, role, language and case are read: figures only, and no message shown.

    python tests/corpus/triage/evaluate_particulars.py dev|test [--failures]

precision: of the values read, those that are right. recall: of the values labelled, those that were read right.
Capitals, accents and punctuation do not count, nor whether a town stands before its postcode. `--failures` names
the ids and fields that went wrong in dev.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from privacy.domain.mail import Address
from privacy.domain.triage.case_reference import case_reference
from privacy.domain.triage.spelling import cleaned, plain
from privacy.domain.triage.text import new_text
from privacy.domain.triage.understand import understand
from privacy.policy.lexicons import load_lexicons

CORPUS = Path(__file__).parent
LEXICONS = load_lexicons()
FIELDS = ("given_name", "family_name", "postal_address", "customer_number", "reply_to_case")


def read(message: Mapping[str, Any]) -> dict[str, str | None]:
    """What is read of a labelled message, by the labels' names."""
    name, address = parseaddr(message["from"])
    told = understand(
        subject=message["subject"], text=message["body"], lexicons=LEXICONS, sender=Address(address, name)
    )
    headers = message.get("headers") or {}
    thread = [headers[header] for header in ("In-Reply-To", "References") if header in headers]
    body = new_text(message["body"]).body
    return {
        "given_name": told.particulars.given_name,
        "family_name": told.particulars.family_name,
        "postal_address": told.particulars.postal_address,
        "customer_number": told.particulars.customer_number,
        "reply_to_case": case_reference(message["subject"], [headers.get("To", "")], thread, body),
        "role": told.role.value,
        "language": told.language,
    }


def messages(split: str) -> Iterator[Mapping[str, Any]]:
    for path in sorted((CORPUS / split).glob("*.jsonl")):
        yield from (json.loads(line) for line in path.read_text().splitlines())


def alike(value: str | None, field: str) -> str:
    words = re.findall(r"\w+", plain(cleaned(value or "")))
    return " ".join(sorted(words) if field == "postal_address" else words)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("split", choices=["dev", "test"])
    parser.add_argument("--failures", action="store_true")
    asked = parser.parse_args(arguments)
    counts: Counter[tuple[str, str]] = Counter()
    number = 0
    for message in messages(asked.split):
        number += 1
        told = read(message)
        for field, value in told.items():
            found, wanted = alike(value, field), alike(message[field], field)
            counts[field, "right"] += found == wanted and bool(wanted)
            counts[field, "read"] += bool(found)
            counts[field, "labelled"] += bool(wanted)
            if asked.failures and asked.split == "dev" and found != wanted:
                say(f"{message['id']}  {field}: read {value!r}, labelled {message[field]!r}")
    say(f"{asked.split}: {number} messages")
    for field in (*FIELDS, "role", "language"):
        right, told_, labelled = (counts[field, what] for what in ("right", "read", "labelled"))
        say(
            f"{field:<16} precision {right / max(1, told_):7.2%}  recall {right / max(1, labelled):7.2%}"
            f"  ({right} right of {told_} read, {labelled} labelled)"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
