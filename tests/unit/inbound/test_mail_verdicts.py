"""Only what the receiving server wrote is believed, and a sender may write what they like (checklist 2, G9, E33)."""

from datetime import datetime

import pytest

from privacy.domain.mail import UNKNOWN, Verdicts
from tests.arriving import FROM, HEAD, RECEIVED, RELAY, STORED, mail, relayed, ses
from tests.telling import CAMILLE, at

PASSES = Verdicts("PASS", "PASS", "PASS", "PASS", "PASS")
FAILS = {"spf": "fail", "dkim": "fail", "dmarc": "fail"}
FAILED = Verdicts("FAIL", "FAIL", "FAIL", "FAIL", "FAIL")
PLANTED = (
    "X-SES-Spam-Verdict: PASS\nX-SES-Virus-Verdict: PASS\nReceived-SPF: pass\n"
    "Authentication-Results: amazonses.com;\n spf=pass;\n dkim=pass header.i=@example.fr;\n"
    " dmarc=pass header.from=example.fr;\nX-SES-RECEIPT: x\n"
)


def verdicts(head: str, **how: str) -> Verdicts:
    return mail(head, **how).verdicts


def failing(**changed: str) -> str:
    return ses(**({"spam": "FAIL", "virus": "FAIL"} | FAILS | changed))


# ---------------------------------------------------------------- SES is the domain's mail server


def test_what_ses_found_is_read() -> None:
    assert verdicts(ses() + HEAD) == PASSES
    assert verdicts(failing() + HEAD) == FAILED


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("none", "NONE"),
        ("softfail", "GRAY"),
        ("neutral", "GRAY"),
        ("gray", "GRAY"),
        ("temperror", "PROCESSING_FAILED"),
        ("permerror", "PROCESSING_FAILED"),
        ("processing_failed", "PROCESSING_FAILED"),
        ("passed", "NONE"),
        ("PASS", "PASS"),
    ],
)
def test_a_result_is_read_by_what_it_means(said: str, read: str) -> None:
    assert verdicts(ses(spf=said, dmarc=said) + HEAD)[:3:2] == (read, read)


@pytest.mark.parametrize("said", ["GRAY", "PROCESSING_FAILED", "DISABLED", "", "pass"])
def test_a_scan_that_was_not_made_is_none(said: str) -> None:
    read = said.upper() if said.upper() in {"PASS", "GRAY", "PROCESSING_FAILED"} else "NONE"
    assert verdicts(ses(spam=said, virus=said) + HEAD)[3:] == (read, read)


@pytest.mark.parametrize(
    "planted",
    [
        PLANTED,
        PLANTED.lower(),
        PLANTED.replace(": ", " : "),
        PLANTED * 5,
        ses(),
        ses() * 3,
        "Received: from x (y [192.0.2.1])\n by inbound-smtp.eu-west-3.amazonaws.com with SMTP id 1;\n x\n"
        + PLANTED,
        "Return-Path: <>\n" + PLANTED,
        "X-Other: 1\n" + PLANTED,
    ],
)
def test_planted_verdicts_count_for_nothing(planted: str) -> None:
    assert verdicts(failing() + planted + HEAD) == FAILED
    assert verdicts(failing() + HEAD + planted) == FAILED


@pytest.mark.parametrize("missing", ["X-SES-Spam-Verdict", "X-SES-Virus-Verdict", "Authentication-Results"])
def test_what_ses_left_out_is_not_taken_from_the_sender(missing: str) -> None:
    fields = failing().replace("\n ", "\r ").split("\n")
    ours = "\n".join(field for field in fields if not field.startswith(missing)).replace("\r ", "\n ")
    assert "PASS" not in verdicts(ours + PLANTED + HEAD)


@pytest.mark.parametrize(
    "last", ["X-SES-DKIM-SIGNATURE", "X-SES-RECEIPT", "Authentication-Results: amazonses.com;"]
)
def test_what_comes_again_or_out_of_order_is_the_senders(last: str) -> None:
    """However much of its own SES leaves out at the end."""
    ours = failing().partition(last)[0]
    results = PLANTED.partition("Authentication-Results")[0]
    assert "PASS" not in verdicts(ours + results + HEAD)


def test_verdicts_without_ses_own_hop_above_them_are_nobodys() -> None:
    assert verdicts(PLANTED + HEAD) == UNKNOWN
    assert verdicts(f"Return-Path: <{CAMILLE}>\n" + PLANTED + HEAD) == UNKNOWN


@pytest.mark.parametrize(
    "by",
    [
        "mx.example.org",
        "inbound-smtp.eu-west-3.amazonaws.com.forged.example",
        "x.inbound-smtp.eu-west-3.amazonaws.com",
        "inbound-smtp.amazonaws.com",
    ],
)
def test_another_servers_hop_is_not_ses(by: str) -> None:
    forged = ses().replace("inbound-smtp.eu-west-3.amazonaws.com", by)
    assert verdicts(forged + HEAD) == UNKNOWN


@pytest.mark.parametrize(
    "name",
    [
        "x; dmarc=pass header.from=example.fr",
        "x;dkim=pass header.i=@example.fr;dmarc=pass header.from=example.fr;",
        '"; dmarc=pass header.from=example.fr"',
        "(; dmarc=pass header.from=example.fr",
    ],
)
def test_what_a_client_calls_itself_is_no_verdict(name: str) -> None:
    told = (
        ses(**FAILS)
        .replace("helo=mail.example.fr", f"helo={name}")
        .replace(f"from={CAMILLE}", f"from={name}")
    )
    assert verdicts(told + HEAD)[:3] == ("FAIL", "FAIL", "FAIL")
    without = "".join(line + "\n" for line in told.splitlines() if "dmarc=fail" not in line)
    assert verdicts(without + HEAD).dmarc == "NONE"


def test_a_result_about_another_domain_than_froms_is_none() -> None:
    assert verdicts(ses(from_domain="forged.example") + HEAD).dmarc == "NONE"
    assert verdicts(ses(from_domain="mail.example.fr") + HEAD).dmarc == "NONE"
    assert verdicts(ses(from_domain="EXAMPLE.FR") + HEAD).dmarc == "PASS"


def test_where_from_names_nobody_no_result_is_about_them() -> None:
    assert verdicts(ses() + FROM + HEAD).dmarc == "NONE"


# ---------------------------------------------------------------- the clock


def received(head: str, **how: object) -> datetime:
    return mail(head, **how).received_at


def test_the_clock_runs_from_ses_receipt_whenever_it_is_read() -> None:
    """E33: three days of a broken function cost the sender nothing."""
    friday = at("2026-11-20T09:00")
    assert received(ses() + HEAD, stored_at=STORED) == friday
    assert received(ses() + HEAD, stored_at=at("2026-11-23T09:00")) == friday


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("Fri, 20 Nov 2026 10:00:00 +0100", at("2026-11-20T09:00")),
        ("20 Nov 2026 09:00:00 -0000", at("2026-11-20T09:00")),
        ("Sat, 20 Nov 2027 09:00:00 +0000", STORED),  # not later than it was stored
        ("Thu, 20 Nov 2025 09:00:00 +0000", STORED),  # nobody's mail took so long
        ("Thu, 01 Jan 1970 00:00:00 +0000", STORED),
        ("Fri, 20 Nov 0000 09:00:00 +0000", STORED),
        ("Fri, 99 Nov 2026 99:99:99 +9999", STORED),
        ("soon", STORED),
        ("", STORED),
    ],
)
def test_a_time_that_cannot_be_is_the_stores(date: str, read: datetime) -> None:
    assert received(ses(date=date) + HEAD) == read


@pytest.mark.parametrize(
    "planted",
    [
        "Date: Mon, 01 Jan 2024 00:00:00 +0000\n",
        "Received: from a by b; Mon, 16 Nov 2026 09:00:00 +0000\n",
        "Received: from a (a [192.0.2.1])\n by inbound-smtp.eu-west-3.amazonaws.com; Mon, 16 Nov 2026 09:00:00 +0000\n",
        "X-Received: by c; Mon, 16 Nov 2026 09:00:00 +0000\n",
        "Delivery-Date: Mon, 16 Nov 2026 09:00:00 +0000\n",
    ],
)
def test_no_planted_date_moves_the_clock(planted: str) -> None:
    assert received(ses() + planted + HEAD) == at("2026-11-20T09:00")


def test_a_name_with_a_date_in_it_moves_no_clock() -> None:
    forged = ses(peer="a;Mon,16Nov2026")
    assert received(forged + HEAD) == at("2026-11-20T09:00")


# ---------------------------------------------------------------- a relay copies contact@ to SES


def test_behind_a_relay_its_own_results_decide() -> None:
    told = mail(relayed() + HEAD, relay=RELAY)
    assert told.verdicts == PASSES
    assert told.received_at == at("2026-11-20T08:59:30")
    assert mail(relayed(dmarc="fail") + HEAD, relay=RELAY).verdicts.dmarc == "FAIL"


def test_what_ses_thinks_of_the_relay_is_not_about_the_sender() -> None:
    passing = ses(peer="out.hoster.example", from_domain="example.fr")
    below = relayed(dmarc="fail").removeprefix(
        ses(peer="out.hoster.example", path="srs@hoster.example", from_domain="hoster.example", dmarc="none")
    )
    assert mail(passing + below + HEAD, relay=RELAY).verdicts.dmarc == "FAIL"


def test_results_that_stand_above_the_relays_hop_are_its_own_too() -> None:
    above, hop, below = relayed().partition("Received: from client")
    results = below[below.index("Authentication-Results") :]
    told = mail(above + results + hop + below.replace(results, "") + HEAD, relay=RELAY)
    assert told.verdicts == PASSES


def test_a_relay_may_sign_with_its_domain() -> None:
    signed = relayed().replace(f"Results: {RELAY}", "Results: hoster.example 1")
    assert mail(signed + HEAD, relay=RELAY).verdicts.dmarc == "PASS"


@pytest.mark.parametrize(
    "planted",
    [
        f"Authentication-Results: {RELAY}; dmarc=pass header.from=example.fr\n",
        f"Authentication-Results: {RELAY};\n dmarc=pass header.from=example.fr\n" * 3,
        f"Received: from a by {RELAY}; Mon, 16 Nov 2026 09:00:00 +0000\nAuthentication-Results: {RELAY}; dmarc=pass\n",
        PLANTED,
    ],
)
def test_results_planted_below_the_relays_own_count_for_nothing(planted: str) -> None:
    told = mail(relayed(dmarc="fail") + planted + HEAD, relay=RELAY)
    assert told.verdicts.dmarc == "FAIL"
    assert told.received_at == at("2026-11-20T08:59:30")


@pytest.mark.parametrize(
    "peer", ["client.forged.example", "hoster.example.forged.example", "xhoster.example"]
)
def test_who_went_past_the_relay_and_plants_its_headers_is_believed_nothing(peer: str) -> None:
    below = relayed()[relayed().index("Received: from client") :]
    told = mail(ses(peer=peer) + below + HEAD, relay=RELAY)
    assert told.verdicts[:3] == ("NONE", "NONE", "NONE")
    assert told.received_at == at("2026-11-20T09:00")


def test_who_goes_through_another_door_of_the_relay_plants_nothing() -> None:
    """The setting names mx1, the message came in by mx2, and a hop by mx1 stands below, where anybody may write."""
    planted = f"Authentication-Results: {RELAY}; dmarc=pass header.from=example.fr\n"
    other = relayed(dmarc="fail").replace(RELAY, "mx2.hoster.example")
    hop = f"Received: from a (a [192.0.2.1]) by {RELAY}; Mon, 16 Nov 2026 09:00:00 +0000\n"
    told = mail(other + hop + planted + HEAD, relay=RELAY)
    assert told.verdicts[:3] == ("NONE", "NONE", "NONE")
    assert told.received_at == at("2026-11-20T09:00")
    assert mail(other + hop + planted + HEAD, relay="hoster.example").verdicts.dmarc == "FAIL"


def test_hops_within_the_relay_are_passed_over() -> None:
    start = relayed().index("Received: from client")
    within = (
        "Received: by 2002:a05:7000::1 with SMTP id x; Fri, 20 Nov 2026 08:59:50 +0000\n"
        "Received: from mx1.hoster.example (mx1.hoster.example [192.0.2.8]) by out.hoster.example; x\n"
    )
    told = mail(relayed()[:start] + within + relayed()[start:] + HEAD, relay=RELAY)
    assert told.verdicts == PASSES
    assert told.received_at == at("2026-11-20T08:59:30")


def test_scans_of_the_content_are_ses_either_way() -> None:
    infected = relayed().replace("X-SES-Virus-Verdict: PASS", "X-SES-Virus-Verdict: FAIL")
    assert mail(infected + HEAD, relay=RELAY).verdicts.virus == "FAIL"


def test_a_relay_that_says_nothing_leaves_it_unsaid() -> None:
    silent = relayed()[: relayed().index(f"Authentication-Results: {RELAY}")]
    told = mail(silent + HEAD, relay=RELAY)
    assert told.verdicts[:3] == ("NONE", "NONE", "NONE")
    assert told.received_at == at("2026-11-20T08:59:30")


@pytest.mark.parametrize(
    "results",
    [
        "dmarc=fail header.from=example.fr; dmarc=pass header.from=example.fr",
        'dkim=fail reason="; dmarc=pass header.from=example.fr"',
        "dkim=fail (; dmarc=pass header.from=example.fr)",
        "dkim=fail ((; dmarc=pass header.from=example.fr))",
        "dmarc=pass header.from=forged.example",
        "dmarc=pass",
    ],
)
def test_a_relays_result_counts_only_where_it_is_one_and_about_from(results: str) -> None:
    below = relayed().partition(f"Authentication-Results: {RELAY};\n")[0]
    told = mail(f"{below}Authentication-Results: {RELAY}; {results}\n{HEAD}", relay=RELAY)
    assert told.verdicts.dmarc == "NONE"


def test_a_relays_clock_that_is_wrong_is_set_right_by_ses() -> None:
    ses_time = at("2026-11-20T09:00")
    for date in ("Sat, 20 Nov 2027 09:00:00 +0000", "Fri, 20 Nov 2020 09:00:00 +0000", "never"):
        assert mail(relayed(date=date) + HEAD, relay=RELAY).received_at == ses_time
    assert RECEIVED.startswith("Fri, 20 Nov 2026 09:00:00")
