"""Day one through the running back office: the past comes in, its plan is right, and happens once it is approved."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cli.local import backoffice
from cli.local.backoffice import BackOffice
from cli.main import main
from cli.standins.clock import seconds_of
from cli.standins.past import Someone, Verdict, cast
from privacy.domain.runs import DONE, IMPORT, PLANNED, Run
from privacy.outbound.dynamodb_registry import DynamoRegistry
from privacy.outbound.dynamodb_runs import DynamoRuns
from tests.stack.test_mailchimp_follows import Shop

SHARE = 50
REMOVED = {Verdict.REMOVE_UNPROVEN, Verdict.REMOVE_EXPIRED}


@pytest.fixture(scope="module")
def as_of() -> str:
    return datetime.now(UTC).isoformat()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, as_of: str) -> Iterator[BackOffice]:
    """One of its own, whose shop has a past of which nobody was told."""
    with backoffice.running(tmp_path_factory.mktemp("imported"), environment={}) as running:
        for provider in ("stripe", "mailchimp"):
            running.shop.ask(provider, "past", {"as_of": as_of, "share": SHARE})
        running.shop.register_webhooks(running.base_url, running.secrets)
        yield running


@pytest.fixture(scope="module")
def people(as_of: str) -> list[Someone]:
    return cast(seconds_of(as_of), share=SHARE)


def of(people: list[Someone], *verdicts: Verdict) -> list[str]:
    return [someone.address for someone in people if someone.verdict in verdicts]


def latest(office: BackOffice) -> Run:
    run = DynamoRuns(office.aws("dynamodb"), "imera-privacy-registry").latest(IMPORT)
    assert run is not None
    return run


def privacy_import(office: BackOffice, *arguments: str) -> int:
    return main(["import", *arguments, "--state", str(office.state.root)])


def test_the_plan_says_what_the_past_says_and_changes_nothing(
    office: BackOffice, people: list[Someone], capsys: pytest.CaptureFixture[str]
) -> None:
    assert privacy_import(office) == 0
    run = latest(office)
    told = office.shop.past()
    assert run.state == PLANNED
    expected = {
        "people": told["people"],
        "customers": told["buyers"],
        "orders": told["orders"],
        "members": told["members"]["subscribed"],
        "subscribed": len(of(people, Verdict.SUBSCRIBE, Verdict.INVITE)),
        "unsubscribed": len(of(people, Verdict.REMOVE_WITHDRAWN)),
        "removed": len(of(people, *REMOVED)),
        "expired": len(of(people, Verdict.REMOVE_EXPIRED)),
        "removals": len(of(people, *REMOVED)),
        "untouched": len(of(people, Verdict.KEEP, Verdict.LEAVE)),
    }
    assert {name: run.planned[name] for name in expected} == expected
    assert run.counts["unreadable"] == run.counts["conflicts"] == 0
    page = capsys.readouterr().out
    assert re.search(rf"privacy import approve {run.plan}\b", page)
    for address in of(people, *REMOVED, Verdict.REMOVE_WITHDRAWN):
        assert Shop(office, address).status() == "subscribed"
    assert DynamoRegistry(office.aws("dynamodb"), "imera-privacy-registry").history_approved() is None


def test_a_second_import_records_nothing_and_comes_to_the_same_plan(office: BackOffice) -> None:
    first = latest(office)
    assert privacy_import(office, "--again") == 0
    second = latest(office)
    assert second.id != first.id
    assert second.counts["facts"] == 0
    assert second.plan == first.plan


def test_the_approved_plan_happens_at_mailchimp_and_nothing_else_does(
    office: BackOffice, people: list[Someone], capsys: pytest.CaptureFixture[str]
) -> None:
    assert privacy_import(office, "approve", "0123456789ab") == 2
    assert "not the latest plan" in capsys.readouterr().err
    assert privacy_import(office, "approve", str(latest(office).plan)) == 0
    office.wait_until_idle(120)
    assert latest(office).state == DONE
    after = {
        Verdict.KEEP: {"subscribed"},
        Verdict.SUBSCRIBE: {"subscribed"},
        Verdict.INVITE: {"unsubscribed", None},  # Mailchimp takes them from their own hand only
        Verdict.REMOVE_UNPROVEN: {"archived"},
        Verdict.REMOVE_EXPIRED: {"archived"},
        Verdict.REMOVE_WITHDRAWN: {"unsubscribed"},
    }
    for someone in people:
        if someone.verdict in after:
            status = Shop(office, someone.address).status()
            assert status in after[someone.verdict], (someone.address, someone.verdict, status)
        else:
            assert Shop(office, someone.address).status() != "subscribed"
    assert privacy_import(office, "--show") == 0
    assert "this plan is approved" in capsys.readouterr().out
