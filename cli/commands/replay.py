"""`privacy replay`: sign example events as the providers do, post them, and report each answer."""

import argparse
import os
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from cli.commands.example_events import ExampleEvent, Provider, examples_in
from cli.commands.office import checked, local_office, take_where
from cli.commands.posting import Answer, post
from cli.local.secrets import OVERRIDES, Secrets, kept_secrets
from cli.local.trouble import Trouble
from cli.standins.signing import stripe_header

NAME = "replay"
HELP = "send example events, signed as the providers sign"
DESCRIPTION = """\
Sign example events and post them to the running back office; report each answer on a line.

FILE is a Stripe event (.json), a file of several (a list, or an object {"name": event, …}), or Mailchimp
form bodies (.form, one a line).

  privacy replay events/stripe/*.json events/mailchimp/*.form
  privacy replay events/stripe/charge.refunded.json --repeat 3      a provider may deliver again
  privacy replay events/stripe/*.json --shuffle                     and in any order

With --url the secrets come from the environment: STRIPE_WEBHOOK_SECRET, MAILCHIMP_WEBHOOK_KEY and, where the
webhook is signed, MAILCHIMP_WEBHOOK_SECRET. Exit status 1 where an event was not accepted.
"""

ANSWERS: Mapping[int, str] = {
    400: "not understood",
    401: "signature refused: another secret than the back office's?",
    404: "wrong address or path key",
    413: "too large",
    429: "too many at once",
    503: "not now: send it again",
}


@dataclass(frozen=True)
class Receiver:
    """A back office, and what it takes to be heard there."""

    base_url: str
    stripe_secret: str | None
    mailchimp_secret: str | None
    mailchimp_key: str | None

    def check(self, provider: Provider) -> None:
        """Raises Trouble where a secret is missing."""
        if provider == "stripe" and not self.stripe_secret:
            raise Trouble("set STRIPE_WEBHOOK_SECRET to what signs for that address (whsec_…)")
        if provider == "mailchimp" and not self.mailchimp_key:
            raise Trouble("set MAILCHIMP_WEBHOOK_KEY to the last part of the Mailchimp webhook's address")

    def hear(self, example: ExampleEvent) -> Answer:
        """Deliver the event, signed now. Raises Trouble where nobody answers."""
        now = int(time.time())
        if example.provider == "stripe":
            headers = {
                "Content-Type": "application/json; charset=utf-8",
                "Stripe-Signature": stripe_header(example.body, self.stripe_secret or "", now),
            }
            return post(f"{self.base_url}/webhooks/stripe", example.body, headers)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.mailchimp_secret:
            headers["X-Mailchimp-Signature"] = stripe_header(example.body, self.mailchimp_secret, now)
        key = quote(self.mailchimp_key or "", safe="")
        return post(f"{self.base_url}/webhooks/mailchimp/{key}", example.body, headers)


def take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", help="example events")
    take_where(parser)
    parser.add_argument("--repeat", type=_count, default=1, metavar="N", help="send each N times")
    parser.add_argument("--shuffle", action="store_true", help="send them in a random order")


def run(arguments: argparse.Namespace) -> int:
    examples = [example for name in arguments.files for example in examples_in(name)] * arguments.repeat
    receiver = _receiver(arguments)
    for provider in {example.provider for example in examples}:
        receiver.check(provider)
    if arguments.shuffle:
        random.shuffle(examples)
    refused = 0
    for example in examples:
        answer = receiver.hear(example)
        refused += not answer.accepted
        print(_line(example, answer), flush=True)
    print(f"{len(examples)} sent, {len(examples) - refused} accepted, {refused} not accepted")
    return 1 if refused else 0


def _receiver(arguments: argparse.Namespace) -> Receiver:
    if arguments.url:
        return _receiving(checked(arguments.url), _given(os.environ))
    office = local_office(arguments.state)
    return _receiving(office.base_url, kept_secrets(office.state, os.environ))


def _given(environment: Mapping[str, str]) -> Secrets:
    """Return the secrets that the environment names, in the form of the local ones."""
    given: Secrets = {}
    for variable, (name, field) in OVERRIDES.items():
        if environment.get(variable):
            given.setdefault(name, {})[field] = [environment[variable]]
    return given


def _receiving(base_url: str, secrets: Secrets) -> Receiver:
    def first(name: str, field: str) -> str | None:
        values = secrets.get(name, {}).get(field) or [None]
        return str(values[0]) if values[0] else None

    return Receiver(
        base_url,
        stripe_secret=first("stripe-webhook", "signing_secrets"),
        mailchimp_secret=first("mailchimp-webhook", "signing_secrets"),
        mailchimp_key=first("mailchimp-webhook", "path_keys"),
    )


def _line(example: ExampleEvent, answer: Answer) -> str:
    said = "" if answer.accepted else f"   {ANSWERS.get(answer.status, 'not accepted')}"
    return f"{answer.status}  {example.type:<40} {example.reference}{said}"


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number from 1")
    return int(text)
