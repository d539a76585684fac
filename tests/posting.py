"""SES as letters meet it, in memory: what becomes of the next ones is said beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache

from privacy.ports import MailRefused, MailUnanswered


class Killed(BaseException):
    """The worker is gone."""


@dataclass
class Post:
    """SES in memory. answers: what becomes of the next letters, in order; then they are taken."""

    taken: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    answers: list[Callable[[], None]] = field(default_factory=list)

    def send(self, raw: bytes, *, sender: str, recipient: str, letter: str) -> str:
        answer = self.answers.pop(0) if self.answers else lambda: None
        if answer is not lost:
            answer()
        self.taken.append((sender, recipient, letter, raw))
        if answer is lost:
            raise MailUnanswered("ReadTimeoutError")
        return f"ses-{len(self.taken)}"

    def messages(self) -> list[EmailMessage]:
        return [_message(raw) for *_, raw in self.taken]


@cache
def _message(raw: bytes) -> EmailMessage:
    """Tests read the same letters again and again."""
    return message_from_bytes(raw, policy=policy.default)


def lost() -> None:
    """SES takes the letter, and its answer is lost."""


def refused(reason: str, *, for_good: bool) -> Callable[[], None]:
    def answer() -> None:
        raise MailRefused(reason, for_good=for_good)

    return answer


def killed() -> None:
    raise Killed


def nothing() -> None:
    """Nothing goes wrong."""


def in_turn(*happens: Callable[[], object]) -> Callable[[], None]:
    """The first time the first, then the next; nothing once all have happened."""
    waiting = list(happens)
    return lambda: (waiting.pop(0)() if waiting else None) and None


def unanswered() -> None:
    raise MailUnanswered("ConnectionClosedError")


@dataclass
class Again:
    """The function's own queue."""

    waiting: list[tuple[dict[str, str], int]] = field(default_factory=list)

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        self.waiting += [(dict(body), delay) for body in bodies]
