"""What the story acts through: the providers' stand-ins, raw HTTP, mail, and the operator's command."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from typing import Any

from cli.commands.outbox_files import Sent, letters, outcomes
from cli.commands.outbox_page import BECAME
from cli.commands.plain_words import GROUPS, word
from cli.commands.request_words import FLAGS, RIGHTS, STATES
from cli.commands.retention_page import KEEPERS
from cli.local.backoffice import CONTACT, BackOffice
from cli.local.shop import PATIENCE
from cli.local.trouble import Trouble
from cli.standins.signing import stripe_header


@dataclass
class Stage:
    """One running back office, and what it answered so far."""

    office: BackOffice
    answers: Counter[int] = field(default_factory=Counter)
    plan: str = ""

    def open(self) -> None:
        """Tell the providers where the shop's webhooks are, as the shop would in their dashboards."""
        self.office.shop.register_webhooks(self.office.base_url, self.office.secrets)

    def act(self, provider: str, act: str, **arguments: Any) -> str:
        """Something happens at the provider, who delivers it. Returns what was delivered, in words."""
        told = self._ask(provider, "act", act=act, wait=True, **arguments)
        return self._answered([status for delivery in told["deliveries"] for status in delivery["statuses"]])

    def act_unheard(self, provider: str, act: str, **arguments: Any) -> str:
        """The same, and nobody tells us."""
        self._ask(provider, "act", act=act, quiet=True, **arguments)
        return "no webhook"

    def act_and_kill(self, provider: str, act: str, **arguments: Any) -> str:
        """The same, while every worker of every function is killed as soon as one is at work."""
        before = len(self._deliveries(provider))
        self._ask(provider, "act", act=act, wait=False, **arguments)
        deadline = time.monotonic() + PATIENCE
        while not self.office.open_work().running and time.monotonic() < deadline:
            time.sleep(0.002)
        killed = self.office.kill_workers()
        self._ask(provider, "settle")
        self.office.wait_until_idle(PATIENCE)
        statuses = [s for delivery in self._deliveries(provider)[before:] for s in delivery["statuses"]]
        again = " (sent again, as Stripe would)" if any(status >= 500 for status in statuses) else ""
        return f"{killed} workers killed; {self._answered(statuses)}{again}"

    def forge(self) -> str:
        """Somebody without the secret posts an order, replays an old one, and sends too much."""
        body = json.dumps({"id": "evt_forged", "object": "event"}).encode()
        now = int(time.time())
        secret = self.office.secrets["stripe-webhook"]["signing_secrets"][0]
        statuses = [
            self._post(body, stripe_header(body, "whsec_somebody_elses", now)),
            self._post(body, stripe_header(body, secret, now - 600)),
            self._post(b"x" * 300_000, stripe_header(body, secret, now)),
        ]
        self.answers.update(statuses)
        return f"answered {_counted(statuses)}; nothing stored, nothing logged"

    def see_the_past(self) -> str:
        """`privacy import`: all of the past is read; nothing changes at Mailchimp yet."""
        told = self.operator("import")
        named = re.search(r"privacy import approve (\w+)", told)
        if named is None:
            raise Trouble("the import ended without a plan")
        self.plan = named[1]
        wanted = told[told.index("What an approval changes") : told.index("What it does not do")]
        rows = re.findall(r"^ +([\d,]+)  ([^:.]+)[:.]", wanted, re.MULTILINE)
        return "; ".join(f"{number} {words}" for number, words in rows if number != "0")

    def approve_the_past(self) -> str:
        """`privacy import approve PLAN`: the plan happens."""
        self.operator("import", "approve", self.plan)
        self.office.wait_until_idle(PATIENCE)
        return self._all_of_mailchimp()

    def merge(self, address: str, other: str) -> str:
        """`privacy people merge ADDRESS OTHER`."""
        said = self.operator("people", "merge", address, other, "--yes").splitlines()[-1]
        return said.partition(".")[0]

    def reconcile(self) -> str:
        """`privacy reconcile`: what Stripe and Mailchimp have is held against what we know."""
        told = self.operator("reconcile").splitlines()
        wanted = ("recorded", "missed", "choices", "removals")
        return "\n".join(line.strip() for line in told if line.strip().startswith(wanted))

    def see_who_goes(self) -> str:
        """`privacy retention plan`: nobody is touched."""
        planned = json.loads(self.operator("retention", "plan", "--json"))
        return "\n".join(_falls_due(person, planned["rules"]) for person in planned["people"])

    def purge(self, address: str) -> str:
        """`privacy retention run`, and its approval where it waits. Returns what is known of the address after it."""
        told = self.operator("retention", "run")
        waits = re.search(r"privacy retention approve (\S+)", told)
        if waits is not None:
            told = self.operator("retention", "approve", waits[1])
        self.office.wait_until_idle(PATIENCE)
        handed = re.search(r"handed over +(.+)", told)
        known = "still known" if self.look_up(address)["person"] else "nothing is known any more"
        name = address.partition("@")[0]
        return (
            f"{'approved; ' if waits else ''}{handed[1] if handed else 'nobody'} looked at; of {name} {known}"
        )

    def receipts(self) -> str:
        """`privacy retention receipts`, without what they go by."""
        lines = self.operator("retention", "receipts").splitlines()
        return "\n".join(line.strip() for line in lines if re.match(r" +(of|R\d+) ", line))

    def write(self, sender: str, subject: str, text: str) -> str:
        """Somebody writes to contact@. Returns what became of it, and which letters went because of it, in words."""
        before = len(letters(self.office.state.outbox))
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, CONTACT, subject
        message["Date"], message["Message-ID"] = localtime(), make_msgid(domain="client.example.fr")
        message.set_content(text)
        self.office.send_mail(message, sender=sender)
        self.office.wait_until_idle(PATIENCE)
        new = letters(self.office.state.outbox)[: len(letters(self.office.state.outbox)) - before]
        told = outcomes(self.office.state.root / "ses.json")
        return "\n".join([self.case_of(sender), *(_letter(Sent.of(path, told)) for path in reversed(new))])

    def write_from_nowhere(self, sender: str, subject: str, text: str) -> str:
        """The same, and no letter reaches them."""
        self._ask("ses", "act", act="mailbox", email=sender, fate="bounce")
        return self.write(sender, subject, text)

    def requests(self) -> str:
        """What `privacy requests` says."""
        return self.operator("requests")

    def look_up(self, address: str) -> Mapping[str, Any]:
        """What `privacy person ADDRESS --json` says."""
        found: Mapping[str, Any] = json.loads(self.operator("person", address, "--json"))
        return found

    def mailchimp(self, address: str) -> str:
        """What Mailchimp itself has of the address, in its own word, or `absent`."""
        return self._members().get(address.lower(), "absent")

    def ledger(self) -> Counter[str]:
        """How many facts of each source the ledger holds."""
        pages = (
            self.office.aws("dynamodb")
            .get_paginator("scan")
            .paginate(
                TableName="imera-privacy-ledger",
                ProjectionExpression="#s",
                ExpressionAttributeNames={"#s": "source"},
            )
        )
        return Counter(item["source"]["S"] for page in pages for item in page["Items"])

    def case_of(self, sender: str) -> str:
        """Their latest case, in words that begin with its number."""
        cases = json.loads(self.operator("requests", "--email", sender, "--json"))["requests"]
        case = max(cases, key=lambda each: each["received_at"])
        asked = ", ".join(RIGHTS[right] for right in case["rights"])
        stands = STATES[case["state"]]
        due = f", due {case['legal_due']}" if case["legal_due"] else ""
        flags = "".join(f"; {FLAGS[flag]}" for flag in case["flags"])
        return f"{case['id']}: {f'{asked}: ' if asked else ''}{stands}{due}{flags}"

    def _members(self) -> dict[str, str]:
        """Everybody in Mailchimp's audience: address → status."""
        audiences = self.office.shop.ask("mailchimp", "state")["audiences"]
        return {
            member["email"].lower(): member["status"]
            for audience in audiences
            for member in audience["members"]
        }

    def _all_of_mailchimp(self) -> str:
        said = (f"{who.partition('@')[0]} {status}" for who, status in sorted(self._members().items()))
        return f"at Mailchimp: {', '.join(said)}"

    def operator(self, *arguments: str) -> str:
        """What the operator's command `privacy` says. Raises Trouble."""
        command = [sys.executable, "-m", "cli.main", *arguments, "--state", str(self.office.state.root)]
        told = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        if told.returncode:
            raise Trouble(told.stderr.strip())
        return told.stdout

    def _answered(self, statuses: list[int]) -> str:
        self.answers.update(statuses)
        return f"{len(statuses)} deliver{'y' if len(statuses) == 1 else 'ies'}, answered {_counted(statuses)}"

    def _deliveries(self, provider: str) -> list[Any]:
        listed: list[Any] = self.office.shop.ask(provider, "deliveries")["deliveries"]
        return listed

    def _ask(self, provider: str, what: str, **body: Any) -> Any:
        return self.office.shop.ask(provider, what, body)

    def _post(self, body: bytes, signature: str) -> int:
        request = urllib.request.Request(  # noqa: S310
            f"{self.office.base_url}/webhooks/stripe", data=body, headers={"Stripe-Signature": signature}
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code


def _falls_due(person: Mapping[str, Any], rules: Mapping[str, Any]) -> str:
    """`chloe.petit: everything, here and at Mailchimp [R6: 3 years after …]`."""
    name = (person["address"] or person["id"]).partition("@")[0]
    if person["whole"]:
        rule = person["goes"][0]["rule"]
        what = "everything, here and at Mailchimp" if person["forget"] else "everything"
        return f"{name}: {what} [{rule}: {rules[rule]['how_long']}]"
    goes = sorted({f"{word(GROUPS, piece['group'])} [{piece['rule']}]" for piece in person["goes"]})
    stays = sorted({word(KEEPERS, keeper["kind"]) for keeper in person["kept"]})
    said = [*goes, *(f"kept: {why}" for why in stays)]
    return f"{name}: {'; '.join(said) or 'is asked whether they stay'}"


def _letter(sent: Sent) -> str:
    """A letter as `to sophie.lambert@example.fr: Nous avons …, delivered`."""
    subject = re.sub(r"^\[IM-[0-9-]+\] ", "", sent.headers["Subject"])
    became = BECAME.get(sent.told[-1], "taken") if sent.told else "taken"
    return f"to {sent.headers['To']}: “{subject}”, {became}"


def _counted(statuses: list[int]) -> str:
    counts = sorted(Counter(statuses).items())
    return ", ".join(str(status) if n == 1 else f"{n} × {status}" for status, n in counts)
