"""The local back office's letters as pages to read: a list, and one letter."""

from collections.abc import Iterator, Sequence

from cli.commands.ink import Ink, plain
from cli.commands.outbox_files import SHOWN, Sent
from privacy.domain.clocks import PARIS

#: What the latest event says of a letter.
BECAME = {
    "Send": "sent",
    "Delivery": "delivered",
    "Bounce": "bounced",
    "Complaint": "complained of",
    "Reject": "rejected",
    "DeliveryDelay": "delayed",
}
WIDEST_ADDRESS = 38


def outbox_page(sent: Sequence[Sent], all_: int, ink: Ink) -> str:
    """Return the list. all_: how many there are."""
    if not sent:
        return "Nothing has been sent yet."
    return "\n".join(_lines(sent, all_, ink))


def letter_page(letter: Sent) -> str:
    """Return one letter as its reader sees it."""
    lines = [f"{name}: {plain(letter.headers[name])}" for name in SHOWN if name in letter.headers]
    text = "\n".join(plain(line) for line in letter.text.splitlines())
    attached = [f"attached: {plain(name)}" for name in letter.attached]
    return "\n".join([*lines, "", text, *attached])


def _lines(sent: Sequence[Sent], all_: int, ink: Ink) -> Iterator[str]:
    addresses = [_cut(plain(letter.headers.get("To", ""))) for letter in sent]
    width = max(len(address) for address in addresses)
    for letter, address in zip(sent, addresses, strict=True):
        at = letter.at.astimezone(PARIS).strftime("%Y-%m-%d %H:%M") if letter.at else "?"
        said = plain(letter.headers.get("Subject", ""))
        yield f"{letter.number:>4}  {at}  {_became(letter, ink)}  {address:<{width}}  {said}"
    if all_ > len(sent):
        yield ink.grey(f"      … and {all_ - len(sent)} before: privacy outbox --all")


def _became(letter: Sent, ink: Ink) -> str:
    word = BECAME.get(letter.told[-1], letter.told[-1]) if letter.told else "taken"
    padded = f"{word:<13}"
    if word in ("bounced", "complained of", "rejected"):
        return ink.red(padded)
    return ink.green(padded) if word == "delivered" else padded


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST_ADDRESS else text[: WIDEST_ADDRESS - 1] + "…"
