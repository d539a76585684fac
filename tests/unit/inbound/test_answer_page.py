"""The page of an answer: a code opens it, five wrong ones close it, and looking changes nothing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from privacy.domain.request_steps import Kind
from privacy.domain.rights import Right
from privacy.domain.understanding import Role
from privacy.inbound.pages.answering import answering
from privacy.inbound.pages.routes import Means, answer
from tests.handing_over import Counter
from tests.requesting import CASE, DPO, POLICY
from tests.telling import BENOIT, CAMILLE, session


@pytest.fixture
def counter() -> Counter:
    counter = Counter()
    counter.office.hears(session("2026-03-01"))
    counter.asked().answers(reason="looked at").writes("ACCESS_ANSWER")
    return counter


def asked(counter: Counter, method: str, secret: str = "", **said: str) -> dict[str, Any]:
    unused: dict[str, Any] = dict.fromkeys(Means._fields)
    means = Means(**{**unused, "collecting": lambda: counter.collecting})
    event = {
        "routeKey": f"{method} /answer/{{token}}",
        "headers": {"accept-language": "fr"},
        "pathParameters": {"token": secret or counter.secret()},
        "body": urlencode(said),
    }
    return answering(lambda: POLICY.controller)(lambda sent: answer(sent, means))(event, None)


def collected(counter: Counter) -> int:
    return sum(step.kind is Kind.COLLECTED for step in counter.case.steps)


def test_e96_looking_at_the_page_changes_nothing_and_its_form_leads_to_us_and_the_package_only(
    counter: Counter,
) -> None:
    before = (len(counter.case.steps), dict(counter.tokens.held))
    page = asked(counter, "GET")
    assert page["statusCode"] == 200
    assert '<label for="code">' in page["body"]
    assert counter.code not in page["body"]
    policy = page["headers"]["content-security-policy"]
    assert "form-action 'self' https://packages.example;" in policy
    assert (len(counter.case.steps), dict(counter.tokens.held)) == before


@pytest.mark.parametrize("role", [Role.AGENT, Role.PARENT, Role.HEIR])
def test_whoever_wrote_for_another_is_told_so_and_nobody_is_named_before_the_code(role: Role) -> None:
    """E82, E90, E84: the data are not the reader's."""
    page = asked(for_another(role), "GET")["body"]
    assert "la personne au sujet de laquelle vous nous avez écrit" in page
    assert not [own for own in ("que vous :", "Vos données", "mes données") if own in page]
    assert not [named for named in (CAMILLE, BENOIT, "Durand", "Martin") if named in page]
    assert '<label for="code">' in page


def test_e82_the_person_themselves_is_told_that_the_data_are_theirs() -> None:
    page = asked(for_another(Role.AGENT, answer_to="principal"), "GET")["body"]
    assert "Il ne concerne que vous" in page
    assert "au sujet de laquelle" not in page


def for_another(role: Role, answer_to: str = "agent") -> Counter:
    """Camille wrote about Benoît, with a mandate where she is an agent; the answer is ready."""
    counter = Counter()
    counter.office.hears(session("2026-03-01", BENOIT))
    counter.asked(Right.ACCESS, verified=None, role=role)
    if role is Role.AGENT:
        counter.decisions().accept_mandate(CASE, "file 12", ["access"], answer_to)
    counter.verified(BENOIT, "L3")
    counter.drafts()
    counter.approves(by=DPO, reason="looked at")
    counter.carries_out()
    counter.writes("ACCESS_ANSWER")
    return counter


def test_the_right_code_leads_on_to_the_package_and_nothing_keeps_the_link(counter: Counter) -> None:
    page = asked(counter, "POST", code=f" {counter.code.lower()} ", lang="fr")
    assert page["statusCode"] == 303
    assert page["headers"]["location"].endswith("?seconds=60")
    assert (page["headers"]["cache-control"], page["headers"]["referrer-policy"]) == (
        "no-store",
        "no-referrer",
    )
    assert page["body"] == ""
    assert collected(counter) == 1


def test_a_wrong_code_says_how_many_tries_are_left_until_the_link_is_closed(counter: Counter) -> None:
    pages = [asked(counter, "POST", code="2222-2222", lang="en")["body"] for _ in range(5)]
    assert [f"Tries left: {left}." in page for page, left in zip(pages, (4, 3, 2, 1), strict=False)] == [
        True
    ] * 4
    over = asked(counter, "GET")["body"]
    assert "Ce lien ne sert plus" in over
    assert asked(counter, "POST", code=counter.code, lang="fr")["body"] == over
    assert collected(counter) == 0


def test_links_that_never_were_are_answered_as_those_that_are_over(counter: Counter) -> None:
    never = {asked(counter, "GET", secret)["body"] for secret in ("x", "A" * 43, counter.secret()[::-1])}
    assert len(never) == 1
    assert "Ce lien ne sert plus" in never.pop()
    assert asked(counter, "POST", "A" * 43, code=counter.code, lang="fr")["statusCode"] == 200


@pytest.mark.parametrize(
    "said", [{}, {"code": "x"}, {"code": "x", "lang": "de"}, {"code": "x" * 300, "lang": "fr"}]
)
def test_what_no_form_of_ours_sends_is_refused_without_a_word(counter: Counter, said: dict[str, str]) -> None:
    page = asked(counter, "POST", **said)
    assert page["statusCode"] in {400, 413}
    assert page["body"] == ""
    assert {token.tries for token in counter.tokens.held.values()} == {0}


def test_a_package_that_is_not_as_approved_is_told_of_in_words(counter: Counter) -> None:
    (name,) = counter.office.packages.held
    counter.office.packages.held[name] = b"another"
    page = asked(counter, "POST", code=counter.code, lang="fr")
    assert "n'est pas disponible" in page["body"]
    assert collected(counter) == 0
