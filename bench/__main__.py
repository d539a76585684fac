"""Builds, measures, prints the table and writes docs/performance.md. Status 1 where a budget is missed."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from bench import artifact, deliveries, document, instructions, limits, prices
from bench.aws.standin import Standin
from bench.figures import Chapter
from bench.measures import (
    choices,
    costs,
    crowd,
    durations,
    folds,
    mails,
    past,
    purge,
    requests,
    starts,
    units,
)
from bench.places import DOCUMENT, REPOSITORY
from bench.providers import Provider
from bench.shop import Shop
from bench.trouble import Trouble


def main() -> int:
    started = time.monotonic()

    def say(what: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - started), 60)
        print(f"{minutes}:{seconds:02} · {what}", flush=True)

    try:
        instructions.required()
        say("building the artifacts for this machine")
        artifact.build()
        chapters = _measured(say)
        document.write(
            DOCUMENT, figures=document.markdown(chapters), items=document.items(units.example_items())
        )
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    print(*document.terminal(chapters), "", sep="\n")
    missed = [figure.what for chapter in chapters for figure in chapter.figures if figure.kept is False]
    say(f"{DOCUMENT.relative_to(REPOSITORY)} is written; budgets missed: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


def _measured(say: instructions.Say) -> list[Chapter]:
    """The largest fold and the mails are half of the work, and are followed on a second core meanwhile."""
    with Standin() as standin, Standin() as other, ThreadPoolExecutor(1) as background:
        largest = background.submit(lambda: list(folds.measure(other, say)))
        arrived = background.submit(lambda: list(mails.measure(say)))
        chapters = [*_chapters(standin, say), *_of_the_shop(standin, say)]
        audience = list(crowd.measure(say))
        shapes = Chapter("Shapes that would make the fold grow", list(folds.shapes(say)))
        return [
            *chapters,
            Chapter("An audience of a million", audience),
            Chapter("Fifty thousand facts of one person", largest.result()),
            shapes,
            Chapter("A mail that came in", arrived.result()),
        ]


def _chapters(standin: Standin, say: instructions.Say) -> Iterator[Chapter]:
    standin.secrets(dict(deliveries.SECRETS))
    yield Chapter("A cold start", list(starts.measure(say)))
    yield Chapter("A request", list(requests.measure(standin, say)))
    flows = units.flows(standin, say)
    yield Chapter("A purchase, from webhook to person", list(units.figures(flows)))
    paid = costs.measure(flows, requests.metric_bytes(standin), prices.load())
    yield Chapter("What it costs", list(paid))


def _of_the_shop(standin: Standin, say: instructions.Say) -> Iterator[Chapter]:
    """Two shops after each other: one with a past, and one that begins today."""
    own, asked = limits.load(), prices.load()
    standin.clear("ledger", "people", "registry")
    now = int(time.time())
    with Provider("stripe", now) as stripe, Provider("mailchimp", now) as mailchimp:
        imported = past.run(Shop(standin, stripe, mailchimp), own, say)
    yield Chapter("A shop's past, imported and reconciled", list(past.figures(imported)))
    yield Chapter("How long an import lasts", list(durations.measure(imported, own, asked)))
    yield Chapter("What an import costs", list(costs.of_a_past(imported, own, asked)))
    standin.clear("ledger", "people", "registry")
    with Provider("stripe") as stripe, Provider("mailchimp") as mailchimp:
        chosen = list(choices.measure(Shop(standin, stripe, mailchimp), say))
    yield Chapter("A choice carried to Mailchimp", chosen)
    standin.clear("ledger", "people", "registry")
    with Provider("stripe") as stripe, Provider("mailchimp") as mailchimp:
        gone = list(purge.measure(Shop(standin, stripe, mailchimp), limits.load_purge(), asked, say))
    yield Chapter("A purge", gone)


if __name__ == "__main__":
    sys.exit(main())
