"""SES as it is: takes a letter and says so, or says nothing, or says no; tells of it later, twice, or never."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from privacy.ports import MailRefused, MailUnanswered


class Taken(NamedTuple):
    """A letter that SES has, and carries. letter: its tag, `<case>_<effect>`."""

    at: datetime
    letter: str
    recipient: str
    raw: bytes
    message_id: str

    @property
    def case(self) -> str:
        return self.letter.partition("_")[0]

    @property
    def effect(self) -> str:
        return self.letter.partition("_")[2]


class Ses:
    """Mailer. failing: how often something goes wrong with a letter; told: SES's events, as our rule hands them on."""

    def __init__(
        self,
        chance: random.Random,
        *,
        now: Callable[[], datetime],
        told: Callable[[Mapping[str, str]], None],
    ) -> None:
        self.chance = chance
        self.now = now
        self.told = told
        self.failing = 0.0
        self.taken: list[Taken] = []
        self.came_to: set[str] = set()
        self._asked = 0

    def send(self, raw: bytes, *, sender: str, recipient: str, letter: str) -> str:
        self._asked += 1
        message_id = f"0107-{self._asked:06}"
        went, answer = self._fate()
        self.came_to.add(answer)
        if went:
            self.taken.append(Taken(self.now(), letter, recipient, raw, message_id))
            self._happens(letter, message_id)
        match answer:
            case "lost":
                raise MailUnanswered("ReadTimeoutError")
            case "throttled":
                raise MailRefused("throttled", for_good=False)
            case "rejected":
                raise MailRefused("rejected", for_good=True)
            case _:
                return message_id

    def _fate(self) -> tuple[bool, str]:
        """Whether it goes, and what we hear of it."""
        if self.chance.random() >= self.failing:
            return True, "taken"
        return self.chance.choice([
            (True, "lost"), (True, "lost"), (False, "lost"), (False, "lost"), (False, "throttled"),
            (False, "throttled"), (False, "rejected"),
        ])  # fmt: skip

    def _happens(self, letter: str, message_id: str) -> None:
        fate = self.chance.choices(
            [
                "Delivery",
                "Bounce",
                "Delivery Bounce",
                "Delivery Complaint",
                "DeliveryDelay Delivery",
                "Reject",
            ],
            [20, 1, 0.7, 0.5, 1, 0.5],
        )[0]
        permanent = self.chance.random() < 0.6
        for happened in ("Send", *fate.split()):
            event = {"letter": f'["{letter}"]', "happened": happened, "message_id": message_id}
            if happened == "Bounce":
                event["bounce"] = "Permanent" if permanent else "Transient"
            self.told(event)
