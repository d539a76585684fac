"""Checklist 1-5: look-alikes, spoofed senders, borrowed names, headers that say two things, replies led elsewhere.

Whoever has a mailbox of their own does everything that it allows: presses the links that reach it, and says yes.
"""

from __future__ import annotations

import pytest

from tests.arriving import CONTACT
from tests.attacks.siege import ASKS, ERASES, THIEF, Shop, message, own_mailbox, withstood
from tests.identifying import OFFICES
from tests.telling import CAMILLE

pytestmark = pytest.mark.attack

LOOK_ALIKES = {
    "given_and_family_name_at_a_free_provider": "camille.durand@gmail.example",
    "the_domain_in_front_of_another": "camille.durand@example.fr.evil.example",
    "the_domain_with_a_hyphen": "camille.durand@example-fr.example",
    "another_ending": "camille.durand@example.org",
    "a_digit_for_a_letter": "cami11e.durand@example.fr",
    "no_dot": "camilledurand@example.fr",
    "a_dot_too_many": "camille.du.rand@example.fr",
    "a_sub_domain": "camille.durand@mail.example.fr",
    "a_trailing_letter": "camille.durandd@example.fr",
    "the_address_in_the_local_part": "camille.durand_example.fr@evil.example",
    "a_sub_address": "camille.durand+new@example.fr",
    "a_homograph_domain_in_punycode": "camille.durand@xn--exmple-cua.fr",
}


@pytest.mark.parametrize("mailbox", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_1_a_look_alike_proves_only_itself(mailbox: str) -> None:
    withstood(lambda found: own_mailbox(found, mailbox, ASKS))


SPOOFED = ["fail", "none", "gray", "softfail", "neutral", "temperror", "permerror", "bestguesspass", "policy"]


@pytest.mark.parametrize(
    ("dmarc", "text"),
    [(said, (ASKS, ERASES)[number % 2]) for number, said in enumerate(SPOOFED)],
    ids=SPOOFED,
)
def test_2_a_spoofed_sender_verifies_nobody_and_the_question_goes_to_the_true_mailbox(
    dmarc: str, text: str
) -> None:
    def attack(found: Shop) -> None:
        found.arrives(message(found, CAMILLE, text, dmarc=dmarc, path=THIEF))
        # guesses at the id of our letter, one of which is right
        found.answers_letters_to(CAMILLE, dmarc=dmarc, path=THIEF)

    found = withstood(attack, looked_at=["reply", "unsure"])
    assert {to for _, to, _, _ in found.post.taken} == {CAMILLE, OFFICES.dpo}


NAMES = {
    "the_address_as_display_name": f'"{CAMILLE}" <{THIEF}>',
    "name_and_address": f'"Camille Durand <{CAMILLE}>" <{THIEF}>',
    "the_name_alone": f"Camille Durand <{THIEF}>",
    "encoded_words": f"=?utf-8?q?camille=2Edurand=40example=2Efr?= <{THIEF}>",
    "base64_words": f"=?utf-8?b?Y2FtaWxsZS5kdXJhbmRAZXhhbXBsZS5mcg==?= <{THIEF}>",
    "a_comment_after": f"{THIEF} ({CAMILLE})",
    "a_comment_before": f"({CAMILLE}) {THIEF}",
    "via_somebody": f'"{CAMILLE} via iméra" <{THIEF}>',
    "spaces_that_push_it_out_of_sight": f'"{CAMILLE}{" " * 60}" <{THIEF}>',
}


@pytest.mark.parametrize("sender", NAMES.values(), ids=NAMES)
def test_3_a_passing_domain_is_not_the_name_that_it_shows(sender: str) -> None:
    def attack(found: Shop) -> None:
        found.arrives(message(found, THIEF, ASKS, head=f"From: {sender}\n".encode()))
        found.presses_links_of(THIEF)
        found.answers_letters_to(THIEF)

    assert CAMILLE not in {to for _, to, _, _ in withstood(attack).post.taken}


HEADS: dict[str, bytes] = {
    "two_froms_thief_first": f"From: {THIEF}\nFrom: {CAMILLE}\n".encode(),
    "two_froms_victim_first": f"From: {CAMILLE}\nFrom: {THIEF}\n".encode(),
    "two_mailboxes": f"From: {CAMILLE}, {THIEF}\n".encode(),
    "two_mailboxes_the_other_way": f"From: {THIEF}, {CAMILLE}\n".encode(),
    "a_group": f"From: Friends: {CAMILLE}, {THIEF};\n".encode(),
    "an_empty_group": b"From: undisclosed:;\n",
    "a_nul": f"From: {CAMILLE}\x00@evil.example\n".encode(),
    "a_nul_within": b"From: camille.durand\x00@example.fr\n",
    "a_route": f"From: <@evil.example:{CAMILLE}>\n".encode(),
    "nested_comments": f"From: (a(b(c){THIEF}))<{CAMILLE}>(d)\n".encode(),
    "two_angles": f"From: <{CAMILLE}> <{THIEF}>\n".encode(),
    "an_encoded_address": b"From: =?utf-8?q?camille=2Edurand=40example=2Efr?=\n",
    "a_quoted_local_part": b'From: "camille.durand@example.fr"@evil.example\n',
    "a_space_before_the_colon": f"From : {CAMILLE}\nFrom: {THIEF}\n".encode(),
    "a_folded_header": f"From:\n {CAMILLE}\n\t, {THIEF}\n".encode(),
    "full_width_letters": "From: ｃamille.durand@example.fr\n".encode(),
    "a_cyrillic_letter": "From: cаmille.durand@example.fr\n".encode(),
    "no_from": b"X-From: camille.durand@example.fr\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_4_headers_that_two_readers_read_two_ways_open_nothing(head: bytes) -> None:
    """SES judged the thief's own domain, and said pass."""

    def attack(found: Shop) -> None:
        found.arrives(message(found, THIEF, ASKS, head=head))
        found.presses_links_of(THIEF, "camille.durand@example.fr@evil.example")
        found.answers_letters_to(THIEF)
        found.answers_letters_to(CAMILLE, head=head, path=THIEF, dmarc="none")

    withstood(attack)


ELSEWHERE = {
    "reply_to": f"Reply-To: {THIEF}\n",
    "reply_to_twice": f"Reply-To: {CAMILLE}\nReply-To: {THIEF}\n",
    "reply_to_a_list": f"Reply-To: {CAMILLE}, {THIEF}\n",
    "cc": f"Cc: {THIEF}\n",
    "bcc": f"Bcc: {THIEF}\n",
    "sender": f"Sender: {THIEF}\n",
    "return_path": f"Return-Path: <{THIEF}>\n",
    "receipts": f"Disposition-Notification-To: {THIEF}\nReturn-Receipt-To: {THIEF}\n",
    "errors": f"Errors-To: {THIEF}\nX-Original-From: {THIEF}\n",
    "resent": f"Resent-From: {THIEF}\nResent-To: {CONTACT}\n",
    "follow_up": f"Mail-Followup-To: {THIEF}\nMail-Reply-To: {THIEF}\n",
}


@pytest.mark.parametrize("extra", ELSEWHERE.values(), ids=ELSEWHERE)
def test_5_no_other_header_leads_a_letter_away_from_the_sender(extra: str) -> None:
    def attack(found: Shop) -> None:
        found.arrives(message(found, CAMILLE, ASKS, extra=extra, dmarc="none", path=THIEF))
        found.presses_links_of(THIEF)
        found.answers_letters_to(THIEF)

    found = withstood(attack)
    assert {to for _, to, _, _ in found.post.taken} <= {CAMILLE, OFFICES.dpo}
    assert not [sent for sent in found.post.messages() if "evil.example" in str(sent.items())]
