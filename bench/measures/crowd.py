"""An audience of any size, read to its end: does the memory stay?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench import deliveries
from bench.artifact import command, environment
from bench.aws.standin import Standin
from bench.figures import Figure, megabytes, times, within
from bench.instructions import Say, told
from bench.providers import Provider

SIZES = (10_000, 100_000, 1_000_000)
#: Which function's memory it is that counts.
_FUNCTIONS = {"import": "import_history", "reconcile": "reconcile"}


def measure(say: Say) -> Iterator[Figure]:
    with Provider("mailchimp") as mailchimp, Standin() as aws:
        aws.secrets(dict(deliveries.SECRETS))
        for size in SIZES:
            mailchimp.act("crowd", list_id=f"crowd{size}", size=size)
        for kind in _FUNCTIONS:
            read = {size: _read(kind, size, mailchimp, aws, say) for size in SIZES}
            yield from _figures(kind, read)


def _read(kind: str, size: int, mailchimp: Provider, aws: Standin, say: Say) -> Mapping[str, Any]:
    say(f"{kind}: {size:,} members" + (", which takes minutes" if size == SIZES[-1] else ""))
    where = environment(
        _FUNCTIONS[kind],
        aws.url,
        STRIPE_API_BASE_URL=mailchimp.url,  # never asked
        MAILCHIMP_API_BASE_URL=f"{mailchimp.url}/3.0",
        MAILCHIMP_AUDIENCES=f"crowd{size}",
    )
    mailchimp.calls()
    done: dict[str, Any] = told(command("crowd", kind), where)
    if done["members"] < size:
        raise AssertionError(f"{kind}: {done['members']:,} of {size:,} members")
    done["pages"] = mailchimp.calls()["GET /3.0/lists/{list_id}/members"]
    return done


def _figures(kind: str, read: Mapping[int, Mapping[str, Any]]) -> Iterator[Figure]:
    fewest, *_, most = SIZES
    ratio = read[most]["peak"] / read[fewest]["peak"]
    shown = " → ".join(megabytes(read[size]["peak"]) for size in SIZES)
    yield within(
        f"`{kind}`: peak memory, {most:,} members against {fewest:,}",
        ratio,
        1.10,
        f"{times(ratio)} ({shown})",
        run=f"the process that reads {', '.join(f'{size:,}' for size in SIZES)} members; the ledger takes everything "
        "and keeps nothing",
    )
    # archived ones are listed by themselves, and a page names the last second of the one before once more
    pages = read[most]["pages"]
    yield within(
        f"`{kind}`: pages for {most:,} members",
        pages,
        most / 1000 * 1.02,
        f"{pages:,}",
        bound=f"{most / 1000 * 1.02:,.0f}",
        run=f"of a thousand each; {read[most]['members'] - most:,} members were listed twice, in the second where a "
        "page ends",
    )
    yield Figure(
        f"`{kind}`: wall time here, for information",
        f"{read[most]['seconds']:.0f} s for {most:,}",
        run="both ends on one busy machine: made up, sent, read, translated",
    )
