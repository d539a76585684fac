"""A shop's past comes in, twice, and the days after it: calls, writes and units against the pages that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.figures import Figure, exactly, times, within
from bench.instructions import Say
from bench.limits import Limits
from bench.shop import Shop, Worked

#: Stripe's kinds of objects, as the stand-in files what the lists list.
_LISTED = (
    *("customer", "checkout.session", "payment_intent", "charge"),
    *("refund", "dispute", "invoice", "credit_note"),
)


@dataclass(frozen=True, slots=True)
class Floor:
    """What there is to be read, counted by the stand-ins: people, and pages of each list, an empty one included."""

    people: int
    objects: int
    members: int
    stripe_pages: int
    event_pages: int
    member_pages: int


@dataclass(frozen=True, slots=True)
class Imported:
    """Everything that was run. facts: that the import recorded. folded, followed: the streams behind it."""

    floor: Floor
    facts: int
    first: Worked
    folded: Worked
    followed: Worked
    planned: Worked
    second: Worked
    events_found: int
    daily: Worked
    full: Worked

    def a_thousand(self, number: float) -> float:
        """Of all people, as of a thousand of them."""
        return number * 1000 / self.floor.people


def run(shop: Shop, limits: Limits, say: Say) -> Imported:
    say("a past of three years is imported")
    floor = _floor(shop, limits)
    begun = shop.probe("begin_import", "import_history")["run"]
    first = shop.message("import_history", {"run": begun})
    facts = shop.run("import", begun)["counts"]["facts"]
    say("and folded, which takes minutes")
    folded, followed = shop.fold(), shop.follow()
    planned = _planned(shop, begun)
    say("imported a second time")
    again = shop.probe("begin_import", "import_history")["run"]
    second = shop.message("import_history", {"run": again})
    say("reconciled: the first day, a day with nothing new, all members once more")
    _reconciled(shop, {})
    found = shop.run("reconcile", shop.latest("reconcile"))["counts"]["recorded"]
    shop.fold()
    shop.follow()  # what people chose lately does not wait for the plan
    shop.fold()
    daily = _reconciled(shop, {})
    full = _reconciled(shop, {"full": "1"})
    return Imported(floor, facts, first, folded, followed, planned, second, found, daily, full)


def _planned(shop: Shop, run: str) -> Worked:
    """The plan is counted until two counts agree: the second agrees, since all is folded."""
    shop.message("import_history", {"run": run})
    last = shop.message("import_history", {"run": run})
    if (state := shop.run("import", run)["state"]) != "planned":
        raise AssertionError(f"the import is {state}")
    return last


def _reconciled(shop: Shop, body: Mapping[str, str]) -> Worked:
    """The day's run to its end. What it found is folded in between, and for that it pauses once."""
    worked = shop.message("reconcile", body)
    if shop.run("reconcile", shop.latest("reconcile"))["state"] == "running":
        worked = shop.message("reconcile", {"run": shop.latest("reconcile")})
    if (state := shop.run("reconcile", shop.latest("reconcile"))["state"]) != "done":
        raise AssertionError(f"the reconciliation is {state}")
    return worked


def _floor(shop: Shop, limits: Limits) -> Floor:
    stripe, mailchimp = shop.stripe.holds(), shop.mailchimp.holds()
    lists = [len(stripe["objects"][kind]) for kind in _LISTED]
    members = [member["status"] for audience in mailchimp["audiences"] for member in _members(audience)]
    archived = members.count("archived")
    return Floor(
        people=stripe["past"]["people"],
        objects=sum(lists),
        members=len(members),
        stripe_pages=sum(_pages(length, limits.stripe_page) for length in lists),
        event_pages=_pages(len(stripe["events"]), limits.stripe_page),
        member_pages=_pages(len(members) - archived, limits.mailchimp_page)
        + _pages(archived, limits.mailchimp_page),
    )


def _members(audience: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    held = audience["members"]
    return list(held.values()) if isinstance(held, dict) else list(held)


def _pages(length: int, page: int) -> int:
    return max(1, -(-length // page))


# ---------------------------------------------------------------- figures


def figures(imported: Imported) -> Iterator[Figure]:
    floor, first, second = imported.floor, imported.first, imported.second
    yield Figure(
        "floor: pages that there are",
        f"{floor.stripe_pages} of Stripe's, {floor.member_pages} of Mailchimp's",
        run=f"{floor.people:,} people, {floor.objects:,} objects in 8 lists of Stripe's, {floor.members:,} members in "
        "lists by status; counted by the stand-ins",
    )
    yield _calls_to("Stripe", "import", first.stripe, floor.stripe_pages, imported)
    # the audience is asked for its size besides, for the estimate
    yield _calls_to("Mailchimp", "import", first.mailchimp, floor.member_pages + 1, imported)
    yield from _aws(imported)
    yield exactly(
        "import a second time: writes to the ledger",
        second.count("PutItem", "ledger"),
        0,
        run="facts are looked up first, a hundred with each call: a refused write would be paid for like one done",
    )
    yield _calls_to("Stripe", "import a second time", second.stripe, floor.stripe_pages, imported)
    yield Figure(
        "import a second time: AWS calls",
        f"{len(second.calls):,}, {second.writes:,} WCU, {second.reads:,.0f} RCU",
        run=f"{second.actions()}",
    )
    yield from _reconciliations(imported)


def _aws(imported: Imported) -> Iterator[Figure]:
    first, floor = imported.first, imported.floor
    pages = floor.stripe_pages + floor.member_pages
    least = imported.facts + pages
    yield within(
        "import: AWS calls against one write a fact and one a page",
        len(first.calls) / least,
        1.05,
        f"{times(len(first.calls) / least)} ({len(first.calls):,} for {imported.facts:,} facts)",
        run=first.actions(),
    )
    for name, worked, actions in (
        ("import, a thousand people", first, "as above"),
        ("folds behind it, a thousand people", imported.folded, imported.folded.actions()),
        ("sync_providers behind that, a thousand people", imported.followed, imported.followed.actions()),
    ):
        calls, writes, reads = (
            imported.a_thousand(n) for n in (len(worked.calls), worked.writes, worked.reads)
        )
        yield Figure(
            name,
            f"{calls:,.0f} AWS calls, {writes:,.0f} WCU, {reads:,.0f} RCU",
            run=f"of all {floor.people:,}, in {_counted(worked.invocations, 'invocation')}: {actions}",
        )
    yield exactly(
        "import and what follows: calls that change anything at Mailchimp",
        sum(count for route, count in _all(imported).items() if not route.startswith("GET ")),
        0,
        run="nothing is followed before the owner has approved the plan",
    )
    yield Figure(
        "the plan, counted once",
        f"{imported.planned.count('Scan')} Scans, {imported.planned.reads:,.0f} RCU",
        run="the whole table of people, a megabyte a call; counted until two counts agree",
    )


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s'[: number != 1]}"


def _all(imported: Imported) -> Mapping[str, int]:
    return {**imported.first.mailchimp, **imported.followed.mailchimp, **imported.planned.mailchimp}


def _reconciliations(imported: Imported) -> Iterator[Figure]:
    floor, daily, full = imported.floor, imported.daily, imported.full
    # types are asked for in two lots, since one call may name twenty
    yield _calls_to("Stripe", "a day's reconciliation", daily.stripe, floor.event_pages + 1, imported)
    # one page for each list, by status: nobody changed
    yield _calls_to("Mailchimp", "a day's reconciliation", daily.mailchimp, 2, imported)
    yield exactly(
        "a day's reconciliation with nothing new: writes to the ledger",
        daily.count("PutItem", "ledger"),
        0,
        run=f"the first one found {imported.events_found:,} events, of which the import had read the objects only",
    )
    yield Figure(
        "a day's reconciliation with nothing new: AWS calls",
        f"{len(daily.calls):,}, {daily.writes:,} WCU, {daily.reads:,.0f} RCU",
        run=f"{daily.actions()}; where it stands is saved with each page, and everybody is read once",
    )
    yield _calls_to(
        "Mailchimp", "a reconciliation of all members", full.mailchimp, floor.member_pages, imported
    )
    yield exactly(
        "a reconciliation of all members with nothing new: writes to the ledger",
        full.count("PutItem", "ledger"),
        0,
        run="every four weeks, since whoever was deleted for ever shows in no list of changes",
    )
    yield Figure(
        "a reconciliation of all members with nothing new: AWS calls",
        f"{len(full.calls):,}, {full.writes:,} WCU, {full.reads:,.0f} RCU",
        run=full.actions(),
    )


def _calls_to(provider: str, what: str, calls: Mapping[str, int], most: int, imported: Imported) -> Figure:
    made = sum(calls.values())
    return within(
        f"{what}: calls to {provider}",
        made,
        most,
        f"{made} ({imported.a_thousand(made):.1f} a thousand people)",
        bound=str(most),
        run=", ".join(f"{count} {route.removeprefix('GET ')}" for route, count in calls.items()),
    )
