"""How an import stands, and what its plan means, in words for the shop's owner."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from textwrap import wrap
from typing import Any

from cli.commands.ink import Ink, plain
from cli.commands.plain_words import moment

type Described = Mapping[str, Any]

WIDTH = 100

#: What the stages read, in words.
READ: Mapping[str, str] = {
    "customers": "Stripe's customers",
    "checkout/sessions": "Stripe's checkouts",
    "payment_intents": "Stripe's payments",
    "charges": "Stripe's charges",
    "refunds": "Stripe's refunds",
    "disputes": "Stripe's disputes",
    "invoices": "Stripe's invoices",
    "credit_notes": "Stripe's credit notes",
    "members": "Mailchimp's members",
}
SUBSCRIBED = (
    "to be subscribed: they ticked the box at the checkout, nothing has ended that, and Mailchimp does not have"
    " them. Where an audience is double opt-in, Mailchimp asks them first; where it takes them back from their own"
    " hand only, you get a note."
)
UNSUBSCRIBED = "to be unsubscribed: they said no, last of all, and Mailchimp still has them subscribed."
#: After so many minutes without progress somebody should look.
STILL = 20


def progress_line(run: Described, now: datetime) -> str:
    """One line: what is read, how much of it, how fast, how long it may take."""
    stage, counts = run["stage"], run["counts"]
    if run["trouble"]:
        return f"Waiting, and trying again every minute: {plain(run['trouble'])}"
    if stage == "plan":
        return f"All is read, {_facts(counts)}. Counting what it changes, until the count stands still …"
    number = run["stages"].index(stage) + 1
    parts = [f"{number} of {len(run['stages'])}: {READ[stage]}, {counts.get(stage, 0):,} read"]
    parts += _left(run, now)
    parts.append(_facts(counts))
    return " · ".join(parts)


def stood_still(run: Described, now: datetime) -> str | None:
    """What to do where nothing moves any more."""
    minutes = int((now - datetime.fromisoformat(run["updated_at"])).total_seconds() // 60)
    if minutes < STILL:
        return None
    return f"Nothing has moved for {minutes} minutes: `privacy import` wakes it up (runbook, “Day one”)."


def _facts(counts: Mapping[str, int]) -> str:
    known = counts.get("known", 0)
    return f"{counts.get('facts', 0):,} facts recorded" + (f", {known:,} known before" if known else "")


def _left(run: Described, now: datetime) -> Iterator[str]:
    """Mailchimp says how many it has. Stripe does not: how far back its list has come is all there is to judge by."""
    stage, counts = run["stage"], run["counts"]
    if stage == "members":
        total = max(run["totals"].get("members", 0), counts.get("members", 0))
        if total:
            yield f"of about {total:,} ({counts.get('members', 0) * 100 // total} %)"
    elif run["oldest"] is not None and run["reached"] is not None:
        whole = max(now.timestamp() - run["oldest"], 1)
        share = min(max((now.timestamp() - run["reached"]) / whole, 0), 1)
        yield f"back to {datetime.fromtimestamp(run['reached'], UTC):%Y-%m}, about {share * 100:.0f} %"
    elif counts.get(stage):
        yield "Stripe does not say of how many"
    seconds = (
        datetime.fromisoformat(run["updated_at"]) - datetime.fromisoformat(run["started_at"])
    ).total_seconds()
    read = sum(counts.get(kind, 0) for kind in READ)
    if seconds >= 1 and read:
        yield f"{read / seconds:,.0f} a second"


def where_it_stands(run: Described) -> str:
    """After an approval."""
    planned = run["planned"]
    if run["state"] == "done":
        return "It was approved before, and its changes are under way or done."
    return "\n".join(
        wrap(
            f"Approved. Whoever's choice was waiting is looked at now. {_count(planned, 'removals', 'subscription')}"
            " without proof may be ended by the reconciliation that begins after that; more would wait for you."
            " `privacy reconcile --show` tells how it went, `privacy import --show` what was approved.",
            WIDTH,
        )
    )


def plan_page(run: Described, approved_at: str | None, ink: Ink) -> str:
    """The plan: numbers, what each means, what happens on approval, and what does not."""
    planned = run["planned"]
    lines = [
        ink.bold(f"What the past says, as of {moment(run['updated_at'])}"),
        "",
        *_rows(
            (
                planned["people"],
                f"people, of whom {planned['customers']:,} with orders: {planned['orders']:,} of these",
            ),
            (planned["members"], "subscriptions at Mailchimp"),
            (
                planned["unproven"],
                "mailed by Mailchimp although nobody can prove that they ever agreed",
            ),
        ),
        "",
        ink.bold("What an approval changes at Mailchimp, in people"),
        "",
        *_rows(
            (planned["subscribed"], SUBSCRIBED),
            (planned["unsubscribed"], UNSUBSCRIBED),
            (planned["removed"], _taken_out(planned)),
            (planned["untouched"], "to stay as they are."),
        ),
        "",
        ink.bold("What it does not do"),
        "",
        *_text(
            "Nothing changes at Stripe, nobody is written to by us, and nobody is erased."
            f" For {_count(planned, 'overdue', 'person', 'people')} the time for keeping them is over today, by the"
            " clocks of the policy; erasing them is a step of its own, which looks at each again."
        ),
        *_text(
            "From the approval on, every later choice is followed at once, and each day whoever is subscribed without"
            " a proof is taken out, a few at a time; more than a few wait for you."
        ),
        *_unreadable(run["counts"]),
        "",
        *_ending(run, approved_at, ink),
    ]
    return "\n".join(lines)


def _taken_out(planned: Mapping[str, int]) -> str:
    expired, ended = planned["expired"], _count(planned, "removals", "subscription")
    why = "nobody can prove that they agreed"
    if expired == planned["removed"] > 0:
        why = "they agreed too long ago"
    elif expired:
        why += f", or, of {expired:,} of them, they agreed too long ago"
    return (
        f"to be taken out, {ended} in all: {why}. They are archived, which says nothing in their name"
        " and can be undone."
    )


def _unreadable(counts: Mapping[str, int]) -> Iterator[str]:
    if number := counts.get("unreadable", 0):
        yield from _text(
            f"{number:,} records could not be read and are not in these numbers. Their ids stand in the log of"
            " import_history (runbook, “Day one”)."
        )


def _ending(run: Described, approved_at: str | None, ink: Ink) -> Iterator[str]:
    if run["state"] == "planned":
        yield f"To let this happen:  {ink.bold('privacy import approve ' + plain(run['plan']))}"
        yield "It is for the role PrivacyDpo. Until then nothing of it does."
    elif approved_at is not None:
        yield f"The past was first approved on {moment(approved_at)}; this plan is approved."


def _rows(*rows: tuple[int, str]) -> Iterator[str]:
    for number, words in rows:
        first, *more = wrap(words, WIDTH - 12)
        yield f"{number:>9,}  {first}"
        yield from (f"{'':11}{line}" for line in more)


def _text(words: str) -> Iterator[str]:
    yield from (f"  {line}" for line in wrap(words, WIDTH - 2))


def _count(planned: Mapping[str, int], name: str, one: str, many: str = "") -> str:
    number = planned[name]
    return f"{number:,} {one if number == 1 else many or one + 's'}"
