"""Operators at work on requests in the running back office, and the watch beside them, in their roles."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import Credentials

from cli.commands.office import local_office
from cli.commands.operator_calls import STAFF, Desk
from cli.local.backoffice import CONTACT, BackOffice
from cli.local.trouble import Trouble
from cli.main import main
from tests.stack.probes import eventually

DPO = "dpo@shop.example"


@pytest.fixture
def privacy(office: BackOffice, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*arguments: str, status: int = 0) -> str:
        assert main(["requests", *arguments, "--state", str(office.state.root)]) == status
        told = capsys.readouterr()
        return told.out or told.err

    return run


def opened(privacy: Callable[..., str], *arguments: str) -> str:
    """The number of a case that was opened by hand."""
    return privacy("open", "--channel", "post", "--right", "access", *arguments).split("\n")[1].split()[0]


def letters(office: BackOffice, case: str) -> list[tuple[str, str]]:
    """(to whom, which) of what the case sent."""
    kept = office.shop.ask("ses", "state")["letters"]
    tags = [(each["recipients"][0], next(iter(each["tags"].values()), "")) for each in kept]
    return [(to, tag.partition("_")[2].rpartition("-")[0]) for to, tag in tags if tag.startswith(f"{case}_")]


def call(office: BackOffice, queue: str) -> None:
    """As its schedule does."""
    sqs = office.aws("sqs")
    (url,) = (url for url in sqs.list_queues()["QueueUrls"] if f"-{queue}-" in url)
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    office.wait_until_idle(60)


def test_a_late_case_is_told_of_raises_the_alarm_and_is_apologised_for_once(
    office: BackOffice, privacy: Callable[..., str]
) -> None:
    received = (datetime.now(UTC) - timedelta(days=60)).date().isoformat()
    case = opened(privacy, "--received", received, "--email", "late@example.fr")
    office.wait_until_idle(60)
    # who they are is asked, however late; no day that is over is promised
    asked = ("late@example.fr", "identity_l1")
    assert letters(office, case) == [asked]
    for _ in range(2):
        call(office, "DeadlineWatchQueue")
    assert sorted(letters(office, case)) == sorted([asked, (DPO, "notice")])
    assert "passed" in privacy("extend", case, "--reason", "complex", status=2)
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    privacy("decide", case, "--apologise", tomorrow)
    assert eventually(lambda: ("late@example.fr", "overdue_notice") in letters(office, case))
    alarms = office.aws("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
    assert any("DeadlineWatchRequestOverdue" in alarm["AlarmName"] for alarm in alarms)


def test_the_sweep_may_look_at_all_that_it_has_to(office: BackOffice, privacy: Callable[..., str]) -> None:
    """Its rights are what is tested: it finds nothing to do, and leaves nothing in its dead-letter queue."""
    privacy("open", "--channel", "phone", "--received", "2026-11-01", "--right", "objection_marketing",
            "--email", "no.offers@example.fr")  # fmt: skip
    call(office, "SweepRequestsQueue")
    sqs = office.aws("sqs")
    waiting = {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        for url in sqs.list_queues()["QueueUrls"]
        if "SweepRequests" in url
    }
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    assert {attributes[name] for attributes in waiting.values() for name in names} == {"0"}


def test_a_message_that_no_answer_can_hold_is_fetched_whole(
    office: BackOffice, privacy: Callable[..., str], tmp_path: Path
) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "large@example.fr", CONTACT, "Mes données"
    message.set_content("Bonjour, je souhaite savoir quelles données vous avez sur moi.")
    message.add_attachment(bytes(5_000_000), maintype="image", subtype="jpeg", filename="photo.jpg")
    office.send_mail(message, sender="large@example.fr")
    office.wait_until_idle(60)
    (case,) = json.loads(privacy("--email", "large@example.fr", "--json"))["requests"]
    privacy("raw", case["id"], "-o", str(tmp_path / "mail.eml"))
    raw = (tmp_path / "mail.eml").read_bytes()
    assert len(raw) > 6_500_000
    assert b"photo.jpg" in raw


def test_staff_may_not_extend_whatever_they_call(office: BackOffice, privacy: Callable[..., str]) -> None:
    case = opened(privacy, "--received", "2026-11-20")
    said: dict[str, Any] = {"request": case, "command": "c1", "reason": "complex"}
    with pytest.raises(Trouble, match="403"):
        desk_of(office, STAFF).call("/operator/requests/extensions", said)
    assert "extended" in privacy("extend", case, "--reason", "complex")


def desk_of(office: BackOffice, role: str) -> Desk:
    told = local_office(office.state.root)
    return Desk(told.base_url, told.region, Credentials(*told.keys[role]))
