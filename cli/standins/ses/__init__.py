"""A stand-in for Amazon SES's API v2: takes raw messages, keeps them as files, tells EventBridge what followed."""

import base64
import binascii
import secrets
from collections.abc import Callable, Mapping, Sequence
from email.utils import getaddresses
from pathlib import Path
from typing import Any

from cli.standins.base import StandIn
from cli.standins.clock import Clock
from cli.standins.delivery import Parcel
from cli.standins.http import Json, RefusedError, Request, Response, Route
from cli.standins.past import Someone
from cli.standins.ses import messages, problems
from cli.standins.ses.events import Letter, event, parcel
from cli.standins.ses.outbox import Outbox

SIMULATOR = "simulator.amazonses.com"
#: What follows on a message, by whom it is for: SES's mailbox simulator, and what `act` says of others.
FATES: Mapping[str, tuple[str, ...]] = {
    "success": ("Send", "Delivery"),
    "ooto": ("Send", "Delivery"),
    "bounce": ("Send", "Bounce"),
    "complaint": ("Send", "Delivery", "Complaint"),
    "delay": ("Send", "DeliveryDelay"),
    "suppressionlist": ("Send", "Bounce"),
    "vanish": ("Send",),
    "silence": (),
}


class Ses(StandIn):
    """SES on 127.0.0.1. bus: where EventBridge is; outbox: where the messages are kept."""

    largest_body = 64 * 1024 * 1024

    #: What SES tells stays within AWS, and is not lost while an emulator is down.
    attempts = 9

    def __init__(
        self,
        *,
        port: int = 0,
        state_file: Path | None = None,
        outbox: Path | None = None,
        bus: str = "",
        identities: Sequence[str] = ("imera-paris.com",),
        configuration_sets: Sequence[str] = ("imera-privacy-letters",),
        clock: Clock | None = None,
        retry_pause: float = 0.3,
    ) -> None:
        self.letters: list[Letter] = []
        self.fates: dict[str, str] = {}
        self.suppressed: list[str] = []
        self.reasons: dict[str, str] = {}
        self._bus = bus
        self._outbox = Outbox(outbox)
        self._identities = tuple(identity.lower() for identity in identities)
        self._configuration_sets = frozenset(configuration_sets)
        self._told: list[tuple[Letter, str, dict[str, Any]]] = []
        super().__init__(
            port=port,
            state_file=state_file,
            clock=clock,
            fault_answers=problems.FAULTS,
            retry_pause=retry_pause,
        )

    # What SES's API does.

    def routes(self) -> list[Route]:
        """Return the routes."""
        listed = "/v2/email/suppression/addresses/{address}"
        return [
            Route("POST", "/v2/email/outbound-emails", self._send),
            Route("GET", listed, self._suppressed),
            Route("DELETE", listed, self._unsuppress),
        ]

    def _suppressed(self, request: Request, address: str) -> Response:
        found = address.lower()
        if found not in self.suppressed:
            raise RefusedError(problems.problem(404, "NotFoundException", "The address is not suppressed."))
        destination = {
            "EmailAddress": found,
            "Reason": self.reasons.get(found, "BOUNCE"),
            "LastUpdateTime": self.clock.now(),
        }
        return Response.of_json({"SuppressedDestination": destination})

    def _unsuppress(self, request: Request, address: str) -> Response:
        self._suppressed(request, address)
        self.unsuppress(address)
        return Response.of_json({})

    def _send(self, request: Request) -> Response:
        asked = request.json()
        data = asked["Content"]["Raw"]["Data"]
        try:
            raw = base64.b64decode(data, validate=True)
        except (binascii.Error, TypeError):
            raise problems.bad_request("The raw message is not base64.") from None
        message = messages.check_message(raw, len(data))
        to = asked.get("Destination", {})
        recipients = [a for kind in ("To", "Cc", "Bcc") for a in to.get(f"{kind}Addresses", [])]
        tags = {tag["Name"]: tag["Value"] for tag in asked.get("EmailTags", [])}
        sender = asked.get("FromEmailAddress") or getaddresses([str(message["From"])])[0][1]
        messages.check_envelope(sender, recipients, tags, self._identities)
        configuration_set = asked.get("ConfigurationSetName", "")
        if configuration_set not in self._configuration_sets:
            raise RefusedError(
                problems.problem(
                    404, "NotFoundException", f"Configuration set <{configuration_set}> does not exist."
                )
            )
        second = self.clock.now()
        letter = Letter(
            id=f"0107{second:012x}-{secrets.token_hex(4)}-{secrets.token_hex(2)}-{secrets.token_hex(6)}-000000",
            at=second,
            sender=sender,
            recipients=recipients,
            tags=tags,
            configuration_set=configuration_set,
            subject=str(message["Subject"] or ""),
            headers=[[name, str(value)] for name, value in message.items()],
        )
        letter.file = self._outbox.keep(letter.id, messages.stamped(raw, letter.id, second))
        self.letters.append(letter)
        self._follow(letter, raw)
        return Response.of_json({"MessageId": letter.id})

    def _follow(self, letter: Letter, raw: bytes) -> None:
        address = letter.recipients[0].lower()
        local, _, domain = address.partition("@")
        fate = self.fates.get(address, "success")
        if domain == SIMULATOR:
            fate = local.partition("+")[0]
        if address in self.suppressed:
            fate = "vanish"
        if messages.VIRUS in raw:
            self._tell(letter, "Reject")
            return
        for kind in FATES.get(fate, FATES["success"]):
            more = {"bounceSubType": "Suppressed"} if fate == "suppressionlist" and kind == "Bounce" else {}
            self._tell(letter, kind, **more)
        if fate in ("bounce", "complaint") and domain != SIMULATOR and address not in self.suppressed:
            self.suppressed.append(address)
            self.reasons[address] = fate.upper()

    def _tell(self, letter: Letter, kind: str, **more: Any) -> None:
        letter.told.append(kind)
        self._told.append((letter, kind, more))

    # What happens to recipients.

    def acts(self) -> Mapping[str, Callable[..., Json]]:
        """Return what can happen to those who are written to."""
        return {
            "mailbox": self.mailbox,
            "unsuppress": self.unsuppress,
            "tell": self.tell,
        }

    def mailbox(self, email: str, fate: str) -> Json:
        """From now on, what is sent to the address is delivered (`success`), or meets another fate."""
        if fate not in FATES:
            raise ValueError(f"unknown fate {fate!r}; known: {', '.join(FATES)}")
        self.fates[email.lower()] = fate
        return {"email": email, "fate": fate}

    def unsuppress(self, email: str) -> Json:
        """Take the address off SES's suppression list."""
        self.suppressed = [address for address in self.suppressed if address != email.lower()]
        return {"email": email}

    def tell(self, letter: str, kind: str, bounce: str = "Permanent") -> Json:
        """Let an event follow on the latest message with this tag: `tell letter=IM-2026-000123_ack-3 kind=Bounce`."""
        found = next((known for known in reversed(self.letters) if letter in known.tags.values()), None)
        if found is None:
            raise ValueError(f"no message is tagged {letter}")
        self._tell(found, kind, **({"bounceType": bounce} if kind == "Bounce" else {}))
        return found.show()

    # What every stand-in has.

    def refusal(self, request: Request, running: int) -> Response | None:
        """Refuse what nobody signed."""
        signed = request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 ")
        return None if signed else problems.NOT_SIGNED

    def not_found(self, request: Request, other_methods: bool) -> Response:
        """Answer an unknown path."""
        return problems.problem(404, "UnknownOperationException", "Unknown operation.")

    def malformed(self, reason: str) -> Response:
        """Answer a call that cannot be read."""
        return problems.problem(400, "BadRequestException", f"Could not read the request: {reason}")

    def parcels(self) -> list[Parcel]:
        """Take what EventBridge is to be told."""
        waiting, self._told = self._told, []
        now = self.clock.now()
        if not self._bus:
            return []
        return [
            parcel(self._bus, letter, kind, event(letter, kind, now, **more))
            for letter, kind, more in waiting
        ]

    @property
    def untouched(self) -> bool:
        """Tell whether nothing was sent yet."""
        return not self.letters

    def live_through(self, people: Sequence[Someone]) -> None:
        """A shop's past leaves no letters of ours."""

    def dump(self) -> Json:
        """Return the whole state."""
        return {
            "letters": [letter.show() for letter in self.letters],
            "fates": self.fates,
            "suppressed": self.suppressed,
            "reasons": self.reasons,
        }

    def load(self, kept: Json) -> None:
        """Take over a kept state."""
        self.letters = [Letter(**letter) for letter in kept["letters"]]
        self.fates = kept["fates"]
        self.suppressed = kept["suppressed"]
        self.reasons = kept.get("reasons", {})

    def reset(self) -> None:
        """Forget every message and every address."""
        self.letters.clear()
        self.fates.clear()
        self.suppressed.clear()
        self.reasons.clear()
        self._outbox.empty()

    def register_webhook(self, wanted: Json) -> Json:
        """SES tells EventBridge, and nobody else."""
        raise ValueError("SES has no webhooks: its events go to EventBridge")

    def set_limits(self, wanted: Json) -> Json:
        """There are none to set: arm the fault `throttled` or `quota`."""
        return {}


def serving(port: int = 0, **more: Any) -> Ses:
    """Return a stand-in for use in a `with` statement."""
    return Ses(port=port, **{"retry_pause": 0.001, **more})
