"""Requests of simulated years: kept to the day, holding to the day, erased at once (R10, R11, A13, A23, E97-E107).

Each is lived through as it should be, then with a rule that is wrong, to see that the watch notices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from privacy.domain.policy import Policy
from privacy.domain.purge import Keeper
from privacy.domain.retention import Rule
from privacy.domain.rights import Right
from privacy.ports import Appended
from tests.simulation import years_renewals, years_world
from tests.simulation.years_watch import Broken
from tests.simulation.years_world import POLICY, Act, World


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)


class Somebody(World):
    """A world of one."""

    def __init__(self, beginning: str, rules: Policy = POLICY) -> None:
        super().__init__(3, date.fromisoformat(beginning), rules)
        self.life = self.born("lea@example.fr")

    def does(self, kind: str, day: str, told: str = "", **said: Any) -> None:
        """told: the day on which we hear of it; in a world that begins later, in its first days."""
        self.acts(Act(noon(told or day), noon(day), self.life, kind, said))

    def lives_until(self, until: str) -> Somebody:
        self.live(date.fromisoformat(until))
        return self


def with_rule(rule: str, changed: Callable[[Rule], Rule], **periods: Any) -> Policy:
    read = POLICY.read_retention()
    broken = read._replace(
        rules={**read.rules, rule: changed(read.rules[rule])}, periods=read.periods._replace(**periods)
    )
    return replace(POLICY, read_retention=lambda: broken)


def off_by(days: int) -> Callable[[Rule], Rule]:
    return lambda rule: rule._replace(keep=(rule.keep[0]._replace(days=rule.keep[0].days + days),))


# --- how long a case is kept


def asks_and_is_answered(rules: Policy = POLICY) -> Somebody:
    """Nobody knows them; the case ends on 8 January 2026, is a minimum from 7 February, and gone on 8 January 2032."""
    somebody = Somebody("2026-01-01", rules)
    somebody.does("asks", "2026-01-05", right=Right.ACCESS, done=3)
    return somebody


def was_answered_long_ago(rules: Policy = POLICY) -> Somebody:
    somebody = Somebody("2031-12-20", rules)
    somebody.does("asks", "2026-01-05", told="2031-12-21", right=Right.ACCESS, done=3)
    said = {"number": "IM-2026-000001", "right": Right.ACCESS, "done": 3}
    somebody.does("is_answered", "2026-01-08", told="2031-12-22", **said)
    return somebody


def test_r10_r11_a_case_comes_to_its_minimum_on_its_day_and_goes_on_its_day() -> None:
    assert asks_and_is_answered().lives_until("2026-02-06").cases.reduced == 0
    assert asks_and_is_answered().lives_until("2026-02-07").cases.reduced == 1
    assert was_answered_long_ago().lives_until("2032-01-07").cases.forgotten == 0
    assert was_answered_long_ago().lives_until("2032-01-08").cases.forgotten == 1


@pytest.mark.parametrize(
    ("rule", "days", "noticed"),
    [
        ("R10", -1, "goes early"),
        ("R10", 1, "is there although it had to go on 2026-02-07"),
        ("R11", -1, "goes early"),
        ("R11", 1, "is there although it had to go on 2032-01-08"),
    ],
)
def test_a_case_that_is_kept_wrong_by_a_day_is_noticed(rule: str, days: int, noticed: str) -> None:
    period = {"R10": "request_full", "R11": "request_minimal"}[rule]
    span = getattr(POLICY.periods, period)
    rules = with_rule(rule, off_by(days), **{period: span._replace(days=span.days + days)})
    lived = asks_and_is_answered if rule == "R10" else was_answered_long_ago
    with pytest.raises(Broken, match=noticed):
        lived(rules).lives_until("2026-02-09" if rule == "R10" else "2032-01-10")


# --- what a case keeps


def asks_before_three_years_are_over(right: Right) -> Somebody:
    """Due on 20 January 2027; what they asked on the 10th is answered on the 25th, and closed on 2 February."""
    somebody = Somebody("2027-01-01")
    somebody.does("signs_up", "2024-01-20", told="2027-01-02")
    somebody.does("asks", "2027-01-10", right=right, done=15)
    return somebody


def test_e144_what_is_due_while_a_request_is_open_goes_on_the_first_run_after_it() -> None:
    somebody = asks_before_three_years_are_over(Right.ACCESS)
    assert somebody.lives_until("2027-02-02").life.pieces
    assert not somebody.lives_until("2027-02-03").life.pieces


def test_e145_an_open_erasure_keeps_nothing() -> None:
    somebody = asks_before_three_years_are_over(Right.ERASURE)
    assert somebody.lives_until("2027-01-19").life.pieces
    assert not somebody.lives_until("2027-01-20").life.pieces


def test_e111_of_two_restrictions_the_first_that_ends_leaves_the_other() -> None:
    """Due on 20 January 2027. The first ends on the 17th, the second on the 26th, its case on the 21st."""
    somebody = Somebody("2027-01-01")
    somebody.does("signs_up", "2024-01-20", told="2027-01-02")
    somebody.does("asks", "2027-01-05", right=Right.RESTRICTION, done=2)
    somebody.does("asks", "2027-01-08", right=Right.RESTRICTION, done=5)
    assert somebody.lives_until("2027-01-26").life.pieces
    assert not somebody.lives_until("2027-01-27").life.pieces


@pytest.mark.parametrize(
    ("kept", "noticed"),
    [
        ((), "went although it is kept"),
        ((Keeper("case", None, noon("2027-01-10")),), "is there although due"),
    ],
    ids=["too little", "too much"],
)
def test_a_case_that_keeps_too_little_or_too_much_is_noticed(
    monkeypatch: pytest.MonkeyPatch, kept: tuple[Keeper, ...], noticed: str
) -> None:
    monkeypatch.setattr(years_world, "keepers_of", lambda *_, **__: kept)
    with pytest.raises(Broken, match=noticed):
        asks_before_three_years_are_over(Right.ACCESS).lives_until("2027-02-04")


# --- erasures


def asks_to_be_erased(rules: Policy = POLICY) -> Somebody:
    """Their order was delivered in time, and is of more than €120."""
    somebody = Somebody("2026-01-01", rules)
    delivered: list[tuple[float, str, dict[str, Any]]] = [(3, "is_delivered", {})]
    somebody.does("buys", "2026-01-05", amount=15_000, box=True, account=True, then=delivered)
    somebody.does("asks", "2026-03-01", right=Right.ERASURE, done=10)
    return somebody


def test_e97_everything_goes_with_the_answer_but_what_the_law_keeps_and_that_is_archived() -> None:
    somebody = asks_to_be_erased().lives_until("2026-03-12")
    assert {said.group for said in somebody.life.pieces.values()} == {"order", "payment", "handover"}
    assert not any(said.in_ledger for said in somebody.life.pieces.values())
    assert somebody.happened["erased but for what the law keeps"] == 1


@pytest.mark.parametrize(
    ("rule", "exempt", "noticed"),
    [("R16", "17(3)(b)", "left .*card"), ("R1", None, "went early")],
    ids=["too little", "too much"],
)
def test_an_erasure_that_takes_too_little_or_too_much_is_noticed(
    rule: str, exempt: str | None, noticed: str
) -> None:
    with pytest.raises(Broken, match=noticed):
        asks_to_be_erased(with_rule(rule, lambda read: read._replace(exempt=exempt))).lives_until(
            "2026-03-12"
        )


def test_a18_whoever_orders_again_is_somebody_new_and_what_came_before_keeps_its_own_clock() -> None:
    somebody = asks_to_be_erased()
    somebody.does("buys", "2026-05-01", amount=2500, box=None)
    somebody.lives_until("2026-05-03")
    profiles = [said.at for said in somebody.life.pieces.values() if said.group == "profile"]
    assert profiles == [noon("2026-05-01")]
    assert sum(said.group == "order" for said in somebody.life.pieces.values()) == 2


# --- whether they stay


def is_asked_to_stay(rules: Policy = POLICY) -> Somebody:
    """Their three years are over on 20 February 2027."""
    somebody = Somebody("2027-01-01", rules)
    somebody.does("signs_up", "2024-02-20", told="2027-01-02")
    return somebody


def test_a3_the_letter_goes_thirty_days_before_and_once() -> None:
    assert is_asked_to_stay().lives_until("2027-01-20").happened["asked to stay"] == 0
    assert is_asked_to_stay().lives_until("2027-02-21").happened["asked to stay"] == 1


@pytest.mark.parametrize(("days", "noticed"), [(31, "is asked early"), (29, "was not asked whether to stay")])
def test_a_letter_that_goes_wrong_by_a_day_is_noticed(days: int, noticed: str) -> None:
    with pytest.raises(Broken, match=noticed):
        is_asked_to_stay(with_rule("R5", lambda rule: rule, renewal_days=days)).lives_until("2027-01-23")


def test_e135_a_link_that_is_worth_something_for_too_long_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pressed when the permission has ended; the page takes it all the same."""
    monkeypatch.setattr(years_renewals, "stay", lambda *_: Appended.NEW)
    somebody = is_asked_to_stay()
    somebody.does("stays", "2027-02-21", secret="…", ends_on=date(2027, 2, 20))
    with pytest.raises(Broken, match="presses “stay”"):
        somebody.lives_until("2027-02-22")
