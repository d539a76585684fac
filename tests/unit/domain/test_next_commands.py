"""What a notice says can be done is a command that the case, as it stands, takes (T3, T7-T12)."""

from __future__ import annotations

import pytest

from privacy.domain.next_commands import next_commands
from privacy.domain.request_steps import Kind, Said
from privacy.domain.rights import Right
from privacy.domain.understanding import Role
from tests.requesting import CASE, DPO, STAFF, UNSURE, Desk, asks, mail, step

ACCESS = ("access",)


def commands(role: Role, right: Right, *steps: tuple[Kind, dict[str, Said]], why: str) -> list[str]:
    """Without `privacy requests` and the case's number."""
    desk = Desk()
    desk.brings(mail(), asks(right, role=role))
    for kind, said in steps:
        desk.does(step(kind, by=DPO if kind is Kind.HEIR_PROOF_ASKED else STAFF, **said))
    found = next_commands(desk.case(), [why], "mail1" if why == "reply" else "")
    assert all(each.startswith("privacy requests ") and CASE in each for each in found)
    return [" ".join(each.split()[2:]).replace(f" {CASE}", "") for each in found]


LAST = 'note "…" --settles needs_human'


@pytest.mark.parametrize(
    ("role", "right", "steps", "why", "first"),
    [
        (Role.HEIR, Right.HEIR_REQUEST, [], "death", "decide --death …"),
        (
            Role.HEIR,
            Right.HEIR_REQUEST,
            [(Kind.HEIR_PROOF_ASKED, {"address": "robert@example.fr"})],
            "death",
            'decide --heir "…"',
        ),
        (
            Role.AGENT,
            Right.ACCESS,
            [],
            "for_another",
            'decide --mandate "…" --answer-to principal',
        ),
        (Role.PARENT, Right.ACCESS, [], "for_another", 'identify --level L3 --reason "…"'),
        (
            Role.SELF,
            Right.ACCESS,
            [(Kind.IDENTITY_ASKED, {"level": "L1", "items": ACCESS})],
            "reply",
            "raw --mail mail1",
        ),
        (Role.SELF, Right.ACCESS, [], "language", LAST),
    ],
)
def test_the_first_command_is_what_the_case_waits_for(
    role: Role, right: Right, steps: list[tuple[Kind, dict[str, Said]]], why: str, first: str
) -> None:
    found = commands(role, right, *steps, why=why)
    assert found[0] == first
    assert found[-1] == LAST
    assert not [each for each in found if "--right" in each], "it is open already"


@pytest.mark.parametrize(
    ("role", "address", "named"),
    [(Role.SELF, "", False), (Role.PARENT, "", True), (Role.PARENT, "odile@example.fr", False)],
)
def test_whose_data_a_proof_opens_is_to_be_named_where_nobody_was_asked_about_it(
    role: Role, address: str, *, named: bool
) -> None:
    """`verify` takes no proof of whoever writes for somebody else without: they did not write."""
    asked = (Kind.IDENTITY_ASKED, {"level": "L1", "address": address, "items": ACCESS})
    found = commands(role, Right.ACCESS, asked, why="proof")
    (verify,) = [each for each in found if each.startswith("verify")]
    assert ("--address" in verify) is named


def test_of_what_nobody_decided_yet_it_is_whether_it_is_a_request() -> None:
    desk = Desk()
    desk.brings(mail(), UNSURE)
    assert [each.split()[-2:] for each in next_commands(desk.case(), ["unsure"])] == [
        ["--right", "access"],
        [CASE, "--not-a-request"],
    ]


def test_g36_of_a_reply_to_an_answer_it_is_also_that_it_went_to_the_wrong_person() -> None:
    desk = Desk()
    desk.brings(mail(), asks(Right.CONSENT_WITHDRAWAL))
    item = desk.case().items[0].id
    desk.does(step(Kind.HONOURED, effect=f"honour-{item}-3", item=item))
    found = next_commands(desk.case(), ["unsure"])
    assert found[-2:] == (
        f'privacy breach open "…" --request {CASE}',
        f"privacy requests {LAST}".replace("note", f"note {CASE}"),
    )


def test_whom_nobody_could_write_to_is_named_by_the_draft_and_told_by_whoever_looks() -> None:
    found = commands(Role.SELF, Right.ACCESS, why="recipient_untold")
    assert found == ["preview", 'notify … --told "…"', LAST]


def test_a_reply_that_nobody_understood_may_be_the_confirmation_that_is_waited_for() -> None:
    """« Le lien ne marche plus, mais oui, je confirme »: whoever reads it can say so."""
    desk = Desk()
    desk.brings(mail(), asks(Right.ACCESS))
    desk.does(step(Kind.IDENTITY_ASKED, level="L1", items=ACCESS))
    found = next_commands(desk.case(), ["unsure"], "mail2")
    assert "--mail mail2" in found[0]
    assert " verify " in found[1]
    assert any("--add access" in each for each in found)
