"""Waiting before a provider is called, with a clock and a chance that the test holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from privacy.outbound.patience import ATTEMPTS, HUNG, RESPITE, Jitter, Pace, Respite, TryAgain, patiently
from privacy.ports import ProviderUnavailable


class Clock:
    """Monotonic seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def always_failing() -> None:
    raise TryAgain("stripe: 429")


def test_a_call_that_works_at_last_waited_under_a_bound_that_doubles() -> None:
    clock, answers = Clock(), iter([TryAgain("429"), TryAgain("500"), None])

    def call() -> str:
        if (failure := next(answers)) is not None:
            raise failure
        return "done"

    assert patiently(call, Jitter(clock.sleep, lambda: 0.5)) == "done"
    assert clock.slept == [0.5, 1.0]


def test_full_jitter_takes_any_moment_from_at_once_on() -> None:
    clock, chances = Clock(), iter([0.0, 0.999])
    with pytest.raises(ProviderUnavailable):
        patiently(always_failing, Jitter(clock.sleep, lambda: next(chances)))
    assert clock.slept == pytest.approx([0.0, 1.998])


def test_after_the_last_attempt_the_provider_is_unavailable_and_nothing_hangs_on_the_error() -> None:
    clock = Clock()
    with pytest.raises(ProviderUnavailable, match="stripe: 429") as unavailable:
        patiently(always_failing, Jitter(clock.sleep, lambda: 1.0))
    assert len(clock.slept) == ATTEMPTS - 1
    assert unavailable.value.__cause__ is unavailable.value.__context__ is None


def test_what_is_no_use_to_try_again_is_raised_at_once() -> None:
    clock = Clock()
    with pytest.raises(ZeroDivisionError):
        patiently(lambda: 1 / 0, Jitter(clock.sleep, lambda: 1.0))
    assert clock.slept == []


def hanging_for(seconds: float, clock: Clock) -> Callable[[], None]:
    def call() -> None:
        clock.now += seconds
        raise ProviderUnavailable("mailchimp: ReadTimeout")

    return call


def test_after_a_call_that_hung_nobody_is_asked_for_a_while() -> None:
    clock = Clock()
    respite = Respite(clock)
    with pytest.raises(ProviderUnavailable, match="ReadTimeout"):
        respite.unless_hung(hanging_for(HUNG, clock))
    clock.now += RESPITE - 1
    with pytest.raises(ProviderUnavailable, match="not asked"):
        respite.unless_hung(lambda: "asked")
    clock.now += 1
    assert respite.unless_hung(lambda: "asked") == "asked"


def test_after_a_call_that_was_refused_quickly_everybody_is_asked() -> None:
    clock = Clock()
    respite = Respite(clock)
    with pytest.raises(ProviderUnavailable):
        respite.unless_hung(hanging_for(HUNG - 1, clock))
    assert respite.unless_hung(lambda: "asked") == "asked"


def test_no_second_holds_more_calls_of_an_endpoint_than_the_bound() -> None:
    clock = Clock()
    pace = Pace(25, clock, clock.sleep)
    called = []
    for _ in range(60):
        pace.wait("GET customers")
        called.append(clock.now)
    for start in called:
        assert sum(start <= at < start + 0.999 for at in called) <= 25
    assert called[-1] - called[0] == pytest.approx(59 / 25)


def test_each_endpoint_has_its_own_bound_and_a_slow_caller_never_waits() -> None:
    clock = Clock()
    pace = Pace(2, clock, clock.sleep)
    pace.wait("one")
    pace.wait("two")
    clock.now += 0.5
    pace.wait("one")
    clock.now += 60
    pace.wait("one")
    assert clock.slept == []
    pace.wait("one")
    assert clock.slept == [0.5]
