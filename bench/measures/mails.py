"""What it costs to read a mail that was made to cost: against an ordinary one of its size, and as it grows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.artifact import command, environment
from bench.figures import Figure, megabytes, times, within
from bench.instructions import Say, counted_each, told
from bench.mails import HOSTILE, ordinary

#: Bytes. The smaller is above most of what the readers limit, so that growth is not one of these beginning to hold.
FEW, MANY = 512 * 1024, 2 * 1024 * 1024
_DOUBLINGS = 2
_MIB = 1024 * 1024
#: Bytes of the largest mail that SES takes in, once it is in S3.
LARGEST = 40 * _MIB
#: Of those that are read whole, or nearly: what they make of every byte.
_HEAVY = (
    "multiparts within each other",
    "tiny parts",
    "headers",
    "no header at all",
    "nothing but zeros",
    "base64 in one line",
    "quoted-printable",
    "UTF-7",
    "flowed text",
    "cards",
    "card numbers",
    "HTML: boxes with room",
    "HTML: entities",
)
_FUNCTION = "inbound_mail"


def measure(say: Say) -> Iterator[Figure]:
    few, many = (_counted(size, say) for size in (FEW, MANY))
    run = (
        f"{len(HOSTILE)} families of mails, cards struck out and read by the built layer; start-up subtracted"
    )
    run_ordinary = "one mail in text and HTML, read by the same layer; start-up subtracted"
    for size, cost in ((FEW, few), (MANY, many)):
        worst = max(HOSTILE, key=lambda family: cost[family])
        yield Figure(
            f"an ordinary mail of {_size(size)}",
            f"{cost[''] / size:,.0f} instructions a byte",
            run=run_ordinary,
        )
        yield within(
            f"the costliest mail of {_size(size)} against it",
            cost[worst] / cost[""],
            10,
            f"{times(cost[worst] / cost[''])} ({worst})",
            bound="10 ×",
            run=run,
        )
    growth = {family: (many[family] / few[family]) ** (1 / _DOUBLINGS) for family in HOSTILE}
    worst = max(growth, key=lambda family: growth[family])
    yield within(
        "a mail twice as long, the worst of them",
        growth[worst],
        2.2,
        f"{times(growth[worst])} ({worst})",
        bound="2.2 ×",
        run=f"from {_size(FEW)} to {_size(MANY)}",
    )
    yield from _largest(say)


def _counted(size: int, say: Say) -> Mapping[str, int]:
    """Instructions by family; the ordinary mail under no name."""
    say(f"mails of {_size(size)}: counting instructions")
    with tempfile.TemporaryDirectory() as folder:
        mails = {"": ordinary(size)} | {family: made(size) for family, made in HOSTILE.items()}
        files = [Path(folder) / str(number) for number in range(len(mails))]
        for file, mail in zip(files, mails.values(), strict=True):
            file.write_bytes(mail)
        nothing, *each, _parent = counted_each(
            command("mail", "count", *map(str, files)), environment(_FUNCTION)
        )
    return {family: count - nothing for family, count in zip(mails, each, strict=True)}


def _largest(say: Say) -> Iterator[Figure]:
    say(f"mails of {_size(LARGEST)}: memory")
    ordinary_one = _peak(ordinary(LARGEST))
    yield Figure(
        f"an ordinary mail of {_size(LARGEST)}",
        f"{megabytes(ordinary_one['peak'])}, {ordinary_one['seconds']:.1f} s here",
        run="peak memory of the process, wall time for information",
    )
    peaks = {family: _peak(HOSTILE[family](LARGEST)) for family in _HEAVY}
    worst = max(peaks, key=lambda family: peaks[family]["peak"])
    ratio = peaks[worst]["peak"] / ordinary_one["peak"]
    yield within(
        f"the largest memory for a mail of {_size(LARGEST)}",
        ratio,
        4,
        f"{times(ratio)} ({megabytes(peaks[worst]['peak'])}, {worst})",
        bound="4 ×",
        run=f"{len(_HEAVY)} families that are read to the end",
    )
    slowest = max(peaks, key=lambda family: peaks[family]["seconds"])
    yield Figure(
        f"the longest that a mail of {_size(LARGEST)} took",
        f"{peaks[slowest]['seconds']:.1f} s here ({slowest})",
        run="wall time, for information",
    )


def _peak(mail: bytes) -> Mapping[str, float]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(mail)
        file.flush()
        said: Mapping[str, float] = told(command("mail", "peak", file.name), environment(_FUNCTION))
        return said


def _size(size: int) -> str:
    return f"{size // 1024} KiB" if size < _MIB else f"{size // _MIB} MiB"
