"""What a notice or a page says can be done about a case is a command that the command line takes."""

from __future__ import annotations

import shlex

import pytest

from cli.main import _parser
from privacy.domain.next_commands import next_commands, proposing
from privacy.domain.request_effects import Does, effects
from privacy.domain.request_steps import Kind, Said
from privacy.domain.rights import Right
from privacy.domain.understanding import Role
from tests.requesting import CASE, DPO, STAFF, UNSURE, Desk, asks, mail, step

#: What whoever reads a command writes in the place of what it leaves open.
FILLED = {
    "--level …": "--level L3",
    "--death …": "--death robert@example.fr",
    "--address …": "--address odile@example.fr",
    "--send-again …": "--send-again access_answer-9",
    "GROUND": "claims",
    "FIELD=VALUE": "city=Paris",
}


def parses(command: str) -> None:
    for left_open, said in FILLED.items():
        command = command.replace(left_open, said)
    program, *arguments = shlex.split(command)
    assert program == "privacy"
    assert _parser().parse_args(arguments).run is not None


@pytest.mark.parametrize("right", Right)
def test_what_a_right_is_proposed_by_is_a_command(right: Right) -> None:
    drafted = {
        Right.ACCESS,
        Right.PORTABILITY,
        Right.ERASURE,
        Right.OBJECTION_MARKETING,
        Right.CONSENT_WITHDRAWAL,
    }
    command = proposing(CASE, f"{right}-7", right)
    assert (command is None) is (right in drafted)
    if command is not None:
        parses(command)


ALL = ["reply", "proof", "unidentified", "unsure", "recipient_untold", "recipient_answered", "to_propose"]


@pytest.mark.parametrize(
    ("role", "asked"),
    [
        (Role.SELF, None),
        (Role.SELF, Kind.IDENTITY_ASKED),
        (Role.PARENT, None),
        (Role.PARENT, Kind.IDENTITY_ASKED),
        (Role.AGENT, None),
        (Role.HEIR, None),
        (Role.EXECUTOR, Kind.HEIR_PROOF_ASKED),
    ],
)
def test_what_a_notice_says_can_be_done_are_commands(role: Role, asked: Kind | None) -> None:
    desk = Desk()
    desk.brings(mail(), asks(Right.ACCESS, Right.CONSENT_WITHDRAWAL, role=role))
    for each in [each for each in effects(desk.case()).values() if each.does is Does.HONOUR]:
        desk.does(step(Kind.HONOURED, effect=each.id, item=each.about))
    if asked is not None:
        said: dict[str, Said] = {"items": ("access",), "level": "L1"}
        if asked is Kind.HEIR_PROOF_ASKED:
            said = {"items": ("access",), "address": "robert@example.fr"}
        desk.does(step(asked, by=DPO if asked is Kind.HEIR_PROOF_ASKED else STAFF, **said))
    found = next_commands(desk.case(), ALL, "mail1")
    assert len(found) > 6
    for command in found:
        parses(command)


def test_what_is_said_of_what_nobody_is_sure_of_are_commands() -> None:
    desk = Desk()
    desk.brings(mail(), UNSURE)
    for command in next_commands(desk.case(), ["unsure"], "mail1"):
        parses(command)
