"""What a list shows of a case, and in which indexes it stands: none where there is nothing to do."""

from __future__ import annotations

import pytest

from privacy.domain.request import Request
from privacy.domain.request_effects import owed
from privacy.domain.request_moves import take
from privacy.domain.request_steps import Kind, Step
from privacy.domain.rights import Right
from privacy.operations.requests.request_summary import summary_of
from tests.requesting import CASE, DPO, POLICY, STAFF, case, opened, received, step

ACCESS, WITHDRAWAL = Right.ACCESS, Right.CONSENT_WITHDRAWAL


def summary(request: Request) -> dict[str, object]:
    return summary_of(request, POLICY.periods)


def places(request: Request) -> dict[str, object]:
    return {name: said for name, said in summary(request).items() if name.endswith(("_on", "_since"))}


def settled(request: Request) -> Request:
    """Everything that it owes has gone."""
    while waiting := owed(request):
        effect = waiting[0]
        steps = [step(Kind.CLAIMED, effect=effect.id), step(Kind.LETTER_SENT, effect=effect.id)]
        if effect.about and not effect.letter:
            steps = [step(Kind.HONOURED, effect=effect.id, item=effect.about)]
        request = take(request, steps)
    return request


def test_an_open_case_stands_by_its_last_day_and_by_what_it_owes_since_when() -> None:
    request = case(ACCESS)
    assert places(request) == {"deadline_on": "2026-12-22", "owed_since": "2026-11-22T10:00:00+00:00"}
    said = summary(request)
    assert (said["state"], said["rights"], said["legal_due"], said["version"]) == (
        "open",
        ["access"],
        "2026-12-22",
        3,
    )


def test_a_claim_that_nobody_settled_is_looked_for_from_when_it_was_made() -> None:
    asked = step(Kind.IDENTITY_ASKED, "2026-11-22T10:05", items=("access",), level="L1")
    mine = [step(Kind.CLAIMED, "2026-11-22T10:07", effect=each) for each in ("ack-3", "identity_l1-4")]
    claimed = take(case(ACCESS), [asked, *mine])
    assert summary(claimed)["owed_since"] == "2026-11-22T10:07:00+00:00"
    assert "owed_since" not in summary(settled(case(ACCESS)))


def test_of_several_clocks_the_first_to_end_counts() -> None:
    added = step(
        Kind.RIGHTS_ADDED, "2026-12-01", rights=("erasure",), received_at="2026-12-01T00:00:00+00:00"
    )
    both = take(case(ACCESS), [added])
    assert summary(both)["deadline_on"] == "2026-12-22"
    one = take(both, [step(Kind.REFUSED, "2026-12-02", DPO, items=("access",), reasons="…")])
    assert summary(one)["deadline_on"] == "2027-01-04"


@pytest.mark.parametrize(
    ("steps", "shard", "due_on"),
    [
        ([step(Kind.REFUSED, "2026-12-01", DPO, reasons="…")], "ended", "2026-12-31"),
        ([step(Kind.MERGED, "2026-12-01", STAFF, into="IM-2026-000002")], "ended", "2026-12-31"),
        # its mail is customer service's, from its receipt (R20)
        ([step(Kind.NOT_A_REQUEST, "2026-12-01", STAFF, mail="mail1", reason="…")], "ended", "2026-12-22"),
    ],
)
def test_r10_r20_what_has_ended_has_its_day_to_go(steps: list[Step], shard: str, due_on: str) -> None:
    ended = take(case(ACCESS), steps)
    assert (summary(ended)["deadline_shard"], summary(ended)["due_on"]) == (shard, due_on)
    assert "legal_due" not in summary(ended)


def test_r22_spam_goes_after_a_fortnight_and_stands_in_a_list_of_its_own() -> None:
    spam = take(Request(CASE), [received(spam=True), step(Kind.SET_ASIDE, reason="spam")])
    assert summary(spam)["deadline_shard"] == "spam"
    assert places(spam) == {"deadline_on": "2026-11-22", "due_on": "2026-12-06"}


def test_r10_an_answered_case_has_no_day_to_go_before_it_is_closed() -> None:
    answered = settled(case(WITHDRAWAL))
    assert places(answered) == {"deadline_on": "2026-11-22"}
    closed = take(answered, [step(Kind.CLOSED, "2026-12-01")])
    assert places(closed) == {"deadline_on": "2026-12-01", "due_on": "2026-12-31"}


def test_what_a_person_has_to_see_to_is_open_although_everything_was_answered() -> None:
    """An answer that is said to have gone to the wrong person may not wait where no list shows it."""
    reply = step(Kind.FLAGGED, "2026-11-25", flag="needs_human", reason="unsure")
    waiting = take(settled(case(WITHDRAWAL)), [reply])
    assert (summary(waiting)["deadline_shard"], "legal_due" in summary(waiting)) == ("open", False)
    kept = take(waiting, [step(Kind.HOLD_PLACED, "2026-11-25", DPO, hold="authority", reason="claim 17")])
    assert summary(kept)["deadline_shard"] == "open"
    seen_to = take(
        waiting, [step(Kind.UNFLAGGED, "2026-11-26", STAFF, flag="needs_human", reason="called them")]
    )
    assert summary(seen_to)["deadline_shard"] == "ended"


def test_what_nobody_decided_yet_has_the_clock_of_a_request_and_no_day_to_go() -> None:
    undecided = take(Request(CASE), opened(ACCESS)[:2])
    assert places(undecided) == {"deadline_on": "2026-12-22"}
