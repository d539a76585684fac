"""The Mailchimp adapter against the stand-in and its faults (docs/providers.md "Mailchimp's library")."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from cli.standins import mailchimp
from cli.standins.faults import Fault
from cli.standins.mailchimp import Mailchimp, listing
from privacy.domain.member import MemberCursor, MemberPage
from privacy.outbound.mailchimp import MailchimpAudiences, subscriber_hash
from privacy.outbound.mailchimp_client import TIMEOUT, MailchimpClient, MailchimpRefused
from privacy.outbound.patience import ATTEMPTS, RESPITE, Jitter, Respite
from privacy.ports import MemberRefused, ProviderUnavailable
from tests.telling import CAMILLE, at

LIST = "a6b5da1054"
KEY = "0" * 32 + "-us21"
NOWHERE = "http://127.0.0.1:9/3.0"
#: An address that must stand in no error: it is in bodies, and its hash in paths.
CANARY = "canary-7d1f@server.example"

#: What goes by: tried again, and told when it does not.
PASSING = [
    "bare_429",
    "bare_500",
    "bare_403",
    "html_403",
    "problem_429",
    "problem_500",
    "timeout",
    "lost_answer",
]


class Waits:
    """Seconds that were slept, without sleeping; `now` passes where the test says so."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.now = 0.0
        self.jitter = Jitter(self.slept.append, lambda: 0.5)
        self.respite = Respite(lambda: self.now)


@pytest.fixture
def standin() -> Iterator[Mailchimp]:
    with mailchimp.serving(port=0, list_id=LIST) as running:
        yield running


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def client(standin: Mailchimp, waits: Waits) -> MailchimpClient:
    return MailchimpClient(KEY, f"{standin.base_url}/3.0", waits.jitter, waits.respite)


@pytest.fixture
def audiences(client: MailchimpClient) -> MailchimpAudiences:
    return MailchimpAudiences(client)


def unavailable(jitter: Jitter | None = None) -> MailchimpAudiences:
    return MailchimpAudiences(MailchimpClient(KEY, NOWHERE, jitter or Waits().jitter, Waits().respite))


def everything_in(error: BaseException) -> str:
    """Every text that hangs on an error, its causes and its contexts, suppressed or not."""
    said: list[str] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None:
            said += [
                str(each),
                repr(each),
                repr(each.args),
                repr(vars(each)),
                repr(getattr(each, "__notes__", "")),
            ]
            waiting += [each.__cause__, each.__context__]
    return " ".join(said)


def status_of(standin: Mailchimp, address: str) -> str | None:
    member = standin.audience.member(address)
    return member.status if member else None


class TestOneMember:
    def test_is_read_with_what_proves_the_opt_in(
        self, standin: Mailchimp, audiences: MailchimpAudiences
    ) -> None:
        standin.act("signup", email=CAMILLE, at="2026-01-01T10:00:00+00:00")
        found = audiences.read(LIST, " Camille.Durand@EXAMPLE.fr")
        assert found is not None
        assert (found.status, found.source, found.opted_in_at) == (
            "subscribed",
            "Hosted Signup Form",
            at("2026-01-01T10:00"),
        )
        assert found.opt_in_ip == "203.0.113.7"

    def test_nobody_is_no_error(self, audiences: MailchimpAudiences) -> None:
        assert audiences.read(LIST, "nobody@example.fr") is None

    def test_is_named_by_the_md5_of_the_lower_case_address(self) -> None:
        assert (
            subscriber_hash(" Jane@Example.com ")
            == subscriber_hash("jane@example.com")
            == "9e26471d35a78862c17e467d87cddedf"
        )


class TestTheLibrarysFaults:
    """Each of these failed once with its mend taken out."""

    @pytest.mark.parametrize("fault", PASSING)
    def test_every_answer_but_2xx_is_an_error(
        self, standin: Mailchimp, audiences: MailchimpAudiences, fault: str
    ) -> None:
        standin.act("signup", email=CANARY)
        standin.faults.arm(Fault(fault, times=ATTEMPTS))
        with pytest.raises(ProviderUnavailable):
            audiences.unsubscribe(LIST, CANARY)
        assert audiences.read(LIST, CANARY) is not None

    def test_a_redirection_is_an_error_and_is_not_followed(
        self, standin: Mailchimp, audiences: MailchimpAudiences, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        elsewhere = mailchimp.problems.Response(307, b"", {"Location": "/3.0/ping"})
        monkeypatch.setattr(standin.faults, "answers", {**standin.faults.answers, "moved": elsewhere})
        standin.faults.arm(Fault("moved"))
        with pytest.raises(ProviderUnavailable, match="307"):
            audiences.unsubscribe(LIST, CAMILLE)
        assert standin.calls.count("GET /3.0/ping") == 0

    def test_the_word_server_in_an_address_or_a_host_reaches_mailchimp_unharmed(
        self, standin: Mailchimp, waits: Waits, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = []

        def noted(self: requests.Session, method: str, url: str, **more: Any) -> Any:
            asked.append(url)
            raise requests.ConnectionError

        monkeypatch.setattr(requests.Session, "request", noted)
        client = MailchimpClient(KEY, "http://server.example/3.0", waits.jitter, waits.respite)
        with pytest.raises(ProviderUnavailable):
            client.call_api("/lists/{id}/members/{hash}", "GET", {"id": LIST, "hash": "observer@server.de"})
        assert set(asked) == {f"http://server.example/3.0/lists/{LIST}/members/observer%40server.de"}

    @pytest.mark.parametrize("audience", ["../../x", "a/b", "", "a b", "é", "a?b", "a#b", "%2e%2e"])
    def test_an_audience_that_is_no_id_never_reaches_a_path(
        self, standin: Mailchimp, audiences: MailchimpAudiences, audience: str
    ) -> None:
        for call in (
            lambda: audiences.read(audience, CAMILLE),
            lambda: audiences.audience(audience),
            lambda: audiences.members(audience, MemberCursor()),
            lambda: audiences.subscribe(audience, CAMILLE, known=False, pending=False),
            lambda: audiences.unsubscribe(audience, CAMILLE),
            lambda: audiences.archive(audience, CAMILLE),
        ):
            with pytest.raises(ProviderUnavailable, match="not an audience id"):
                call()
        assert standin.calls.report()["total"] == 0

    @pytest.mark.parametrize("address", ["../../x@example.fr", "a/b@example.fr", "a?b#c@example.fr"])
    def test_an_address_that_climbs_stays_a_hash(
        self, standin: Mailchimp, audiences: MailchimpAudiences, address: str
    ) -> None:
        audiences.subscribe(LIST, address, known=False, pending=False)
        assert status_of(standin, address) == "subscribed"
        assert (
            standin.calls.report()["latest"][0]["path"]
            == f"/3.0/lists/{LIST}/members/{subscriber_hash(address)}"
        )

    @pytest.mark.parametrize("fault", [*PASSING, "problem_400", "forgotten", "compliance"])
    def test_an_error_has_a_text_can_be_pickled_and_holds_no_address(
        self, standin: Mailchimp, audiences: MailchimpAudiences, fault: str
    ) -> None:
        standin.faults.arm(Fault(fault, times=ATTEMPTS))
        with pytest.raises((ProviderUnavailable, MemberRefused)) as refused:
            audiences.subscribe(LIST, CANARY, known=False, pending=False)
        error = refused.value
        assert str(error)
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))
        said = everything_in(error)
        for secret in ("canary", subscriber_hash(CANARY), "someone@", KEY, "127.0.0.1"):
            assert secret not in said

    def test_nobody_answering_is_told_without_the_address(self) -> None:
        with pytest.raises(ProviderUnavailable, match="ConnectionError") as refused:
            unavailable().subscribe(LIST, CANARY, known=False, pending=False)
        said = everything_in(refused.value)
        assert "canary" not in said
        assert subscriber_hash(CANARY) not in said

    def test_problem_json_is_read_though_the_library_hands_it_on_as_text(
        self, standin: Mailchimp, audiences: MailchimpAudiences
    ) -> None:
        standin.faults.arm(Fault("problem_400"))
        with pytest.raises(MailchimpRefused) as refused:
            audiences.read(LIST, CAMILLE)
        assert str(refused.value) == "mailchimp: 400 Invalid Resource"

    def test_a_title_that_no_glossary_knows_is_not_repeated(
        self, standin: Mailchimp, audiences: MailchimpAudiences, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        strange = mailchimp.problems.problem(400, f"{CANARY} is strange", "")
        monkeypatch.setattr(standin.faults, "answers", {**standin.faults.answers, "strange": strange})
        standin.faults.arm(Fault("strange"))
        with pytest.raises(MailchimpRefused) as refused:
            audiences.read(LIST, CAMILLE)
        assert str(refused.value) == "mailchimp: 400"

    def test_it_waits_as_long_as_it_was_told_and_no_120_seconds(
        self, standin: Mailchimp, waits: Waits
    ) -> None:
        hasty = MailchimpClient(
            KEY, f"{standin.base_url}/3.0", waits.jitter, waits.respite, timeout=(1, 0.02)
        )
        standin.faults.arm(Fault("timeout", times=ATTEMPTS, seconds=5))
        with pytest.raises(ProviderUnavailable, match="ReadTimeout"):
            MailchimpAudiences(hasty).read(LIST, CAMILLE)
        standin.faults.clear()

    def test_all_attempts_of_a_call_end_long_before_a_function_does(self, client: MailchimpClient) -> None:
        assert client.timeout == TIMEOUT
        assert ATTEMPTS * sum(TIMEOUT) + 2 * 5 < 300 / 3

    def test_one_connection_serves_every_call(
        self, standin: Mailchimp, audiences: MailchimpAudiences, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connections = []
        accept = standin._web._server.process_request

        def counted(request: Any, address: Any) -> None:
            connections.append(address)
            accept(request, address)

        monkeypatch.setattr(standin._web._server, "process_request", counted)
        for _ in range(5):
            audiences.read(LIST, CAMILLE)
        assert len(connections) == 1


class TestPatience:
    @pytest.mark.parametrize("fault", PASSING)
    def test_what_goes_by_is_tried_again(
        self, standin: Mailchimp, audiences: MailchimpAudiences, waits: Waits, fault: str
    ) -> None:
        standin.act("signup", email=CAMILLE)
        standin.faults.arm(Fault(fault, times=ATTEMPTS - 1))
        found = audiences.read(LIST, CAMILLE)
        assert found is not None
        assert found.status == "subscribed"
        assert waits.slept == [0.5, 1.0]

    @pytest.mark.parametrize("fault", ["problem_400", "forgotten"])
    def test_what_would_not_be_otherwise_is_asked_once(
        self, standin: Mailchimp, audiences: MailchimpAudiences, waits: Waits, fault: str
    ) -> None:
        standin.faults.arm(Fault(fault))
        with pytest.raises(MailchimpRefused):
            audiences.read(LIST, CAMILLE)
        assert waits.slept == []
        assert standin.calls.report()["total"] == 1

    def test_what_may_not_be_repeated_is_asked_once(
        self, standin: Mailchimp, client: MailchimpClient, waits: Waits
    ) -> None:
        standin.faults.arm(Fault("bare_500"))
        with pytest.raises(ProviderUnavailable, match="mailchimp: 500"):
            client.call_api("/lists", "POST", body={})
        assert waits.slept == []

    def test_a_batch_waits_for_one_call_that_hangs_and_not_for_each(
        self, standin: Mailchimp, audiences: MailchimpAudiences, waits: Waits, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask, asked = requests.Session.request, []

        def hanging(self: requests.Session, *how: Any, **more: Any) -> Any:
            asked.append(how)
            waits.now += sum(TIMEOUT)
            raise requests.ReadTimeout

        monkeypatch.setattr(requests.Session, "request", hanging)
        for _ in range(10):
            with pytest.raises(ProviderUnavailable):
                audiences.read(LIST, CAMILLE)
        assert len(asked) == ATTEMPTS
        assert waits.now < 300 / 3
        monkeypatch.setattr(requests.Session, "request", ask)
        waits.now += RESPITE
        assert audiences.read(LIST, CAMILLE) is None

    def test_a_key_that_is_refused_is_asked_once(self, standin: Mailchimp, waits: Waits) -> None:
        standin.key = "another"
        wrong = MailchimpAudiences(
            MailchimpClient(KEY, f"{standin.base_url}/3.0", waits.jitter, waits.respite)
        )
        with pytest.raises(ProviderUnavailable, match="401 API Key Invalid"):
            wrong.read(LIST, CAMILLE)
        assert waits.slept == []

    @pytest.mark.parametrize("key", ["", "abc", "abc-", "abc-evil.example/x", "abc-us21@evil.example"])
    def test_a_key_that_names_no_data_centre_calls_nobody(self, key: str) -> None:
        with pytest.raises(ProviderUnavailable):
            MailchimpClient(key, "", Waits().jitter, Waits().respite)


class TestChanges:
    """Each may be repeated, and what was lost on its way was done or not."""

    @pytest.mark.parametrize(("pending", "status"), [(False, "subscribed"), (True, "pending")])
    def test_somebody_new_is_added(
        self, standin: Mailchimp, audiences: MailchimpAudiences, pending: bool, status: str
    ) -> None:
        audiences.subscribe(LIST, CAMILLE, known=False, pending=pending)
        audiences.subscribe(LIST, CAMILLE, known=False, pending=pending)
        assert status_of(standin, CAMILLE) == status

    def test_somebody_who_was_quicker_keeps_their_status(
        self, standin: Mailchimp, audiences: MailchimpAudiences
    ) -> None:
        standin.act("signup", email=CAMILLE)
        standin.act("unsubscribe", email=CAMILLE)
        audiences.subscribe(LIST, CAMILLE, known=False, pending=False)
        assert status_of(standin, CAMILLE) == "unsubscribed"

    def test_somebody_archived_comes_back(self, standin: Mailchimp, audiences: MailchimpAudiences) -> None:
        audiences.subscribe(LIST, CAMILLE, known=False, pending=False)
        audiences.archive(LIST, CAMILLE)
        audiences.archive(LIST, CAMILLE)
        assert status_of(standin, CAMILLE) == "archived"
        audiences.subscribe(LIST, CAMILLE, known=True, pending=False)
        assert status_of(standin, CAMILLE) == "subscribed"

    def test_somebody_forgotten_is_taken_from_their_own_hand_only(
        self, standin: Mailchimp, audiences: MailchimpAudiences
    ) -> None:
        standin.act("signup", email=CAMILLE)
        standin.act("delete", email=CAMILLE, permanent=True)
        with pytest.raises(MemberRefused) as refused:
            audiences.subscribe(LIST, CAMILLE, known=False, pending=True)
        assert refused.value.reason == "forgotten"

    def test_somebody_who_left_by_themselves_is_only_asked(
        self, standin: Mailchimp, audiences: MailchimpAudiences
    ) -> None:
        standin.act("signup", email=CAMILLE)
        standin.act("unsubscribe", email=CAMILLE)
        with pytest.raises(MemberRefused) as refused:
            audiences.subscribe(LIST, CAMILLE, known=True, pending=False)
        assert refused.value.reason == "compliance"
        audiences.subscribe(LIST, CAMILLE, known=True, pending=True)
        assert status_of(standin, CAMILLE) == "pending"

    def test_an_answer_that_is_lost_does_no_harm(
        self, standin: Mailchimp, audiences: MailchimpAudiences
    ) -> None:
        for change in (
            lambda: audiences.subscribe(LIST, CAMILLE, known=False, pending=False),
            lambda: audiences.unsubscribe(LIST, CAMILLE),
            lambda: audiences.archive(LIST, CAMILLE),
        ):
            standin.faults.arm(Fault("lost_answer"))
            change()
        assert status_of(standin, CAMILLE) == "archived"

    def test_who_is_not_there_is_unsubscribed_and_archived_already(
        self, audiences: MailchimpAudiences
    ) -> None:
        audiences.unsubscribe(LIST, CAMILLE)
        audiences.archive(LIST, CAMILLE)

    def test_who_is_deleted_for_ever_is_not_there_and_cannot_be_put_back(
        self, standin: Mailchimp, audiences: MailchimpAudiences
    ) -> None:
        standin.act("signup", email="Camille.Durand@Example.fr")
        standin.faults.arm(Fault("lost_answer"))
        audiences.delete_permanently(LIST, " camille.durand@EXAMPLE.fr")
        audiences.delete_permanently(LIST, CAMILLE)
        assert audiences.read(LIST, CAMILLE) is None
        with pytest.raises(MemberRefused):
            audiences.subscribe(LIST, CAMILLE, known=False, pending=False)

    def test_in_an_audience_that_is_not_there_nothing_was_done(self, audiences: MailchimpAudiences) -> None:
        for change in (audiences.unsubscribe, audiences.archive, audiences.delete_permanently):
            with pytest.raises(ProviderUnavailable, match="404"):
                change("0000000000", CAMILLE)


class TestAudiences:
    def test_every_audience_is_listed_page_by_page(self, standin: Mailchimp, client: MailchimpClient) -> None:
        standin.act("signup", email=CAMILLE)
        for number in range(4):
            standin.act("audience", list_id=f"list{number}", name=f"Liste {number}", double_optin=True)
        found = MailchimpAudiences(client, page=2).audiences()
        assert [audience.id for audience in found] == [LIST, *(f"list{n}" for n in range(4))]
        assert (found[0].members, found[0].double_opt_in, found[1].double_opt_in) == (1, False, True)
        assert found[0].hosted_form == f"https://news.example.fr/subscribe?id={LIST}"

    def test_one_is_shown_as_in_the_list(self, audiences: MailchimpAudiences) -> None:
        assert (audiences.audience(LIST),) == audiences.audiences()

    def test_one_that_is_not_there_is_an_error(self, audiences: MailchimpAudiences) -> None:
        with pytest.raises(ProviderUnavailable, match="404 Resource Not Found"):
            audiences.audience("0000000000")


def pages(
    audiences: MailchimpAudiences, after: MemberCursor, status: str | None = None
) -> Iterator[MemberPage]:
    """Every page, each cursor of which leads on: never twice to the same place."""
    seen: set[MemberCursor] = set()
    cursor: MemberCursor | None = after
    while cursor is not None:
        assert cursor not in seen
        seen.add(cursor)
        page = audiences.members(LIST, cursor, status=status)
        assert len(page.members) <= audiences._page
        yield page
        cursor = page.after


def addresses(found: Iterator[MemberPage]) -> list[str]:
    return [member.address for page in found for member in page.members]


@pytest.fixture(params=["after the second", "in the second too"])
def since(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether Mailchimp's `since` and `before` take in the second that they name is documented nowhere."""
    if request.param == "in the second too":
        read = listing.second_of
        wider = {"since_last_changed": -1, "before_last_changed": 1}
        monkeypatch.setattr(listing, "second_of", lambda name, text: read(name, text) + wider[name])
    return str(request.param)


@pytest.mark.usefixtures("since")
class TestEveryMember:
    def crowd(self, standin: Mailchimp, moment: str, *names: str) -> list[str]:
        emails = [f"{name}@example.fr" for name in names]
        standin.act("import", email=emails, at=f"2026-03-01T{moment}+00:00", quiet=True)
        return emails

    def test_is_listed_by_their_last_change_page_by_page(
        self, standin: Mailchimp, client: MailchimpClient
    ) -> None:
        told = [self.crowd(standin, f"10:00:{n:02}", f"p{n}", f"q{n}") for n in range(10)]
        found = addresses(pages(MailchimpAudiences(client, page=7), MemberCursor()))
        assert list(dict.fromkeys(found)) == [address for second in told for address in second]
        assert len(found) <= 20 + 3 * 4

    def test_is_listed_where_more_than_a_page_changed_in_one_second(
        self, standin: Mailchimp, client: MailchimpClient
    ) -> None:
        before = self.crowd(standin, "09:59:59", "early", "bird")
        same = self.crowd(standin, "10:00:00", *(f"p{n}" for n in range(23)))
        after = self.crowd(standin, "10:00:01", "late")
        audiences = MailchimpAudiences(client, page=4)
        assert set(addresses(pages(audiences, MemberCursor()))) == {*before, *same, *after}

    def test_is_listed_while_members_of_the_part_already_read_change(
        self, standin: Mailchimp, client: MailchimpClient
    ) -> None:
        """Counting forwards would pass over as many as left."""
        told = self.crowd(standin, "10:00:00", *(f"p{n:02}" for n in range(30)))
        told += self.crowd(standin, "10:00:07", "late", "later")
        found = []
        for number, page in enumerate(pages(MailchimpAudiences(client, page=4), MemberCursor())):
            found += [member.address for member in page.members]
            if number < 12:
                for moved in (told[number], told[29 - number]):
                    standin.act("profile", email=moved, at=f"2026-03-01T11:00:{number:02}+00:00", quiet=True)
        assert set(found) == set(told)

    def test_since_an_instant_with_an_offset_is_asked_for_in_utc(
        self, standin: Mailchimp, client: MailchimpClient
    ) -> None:
        self.crowd(standin, "09:00:00", "old")
        new = self.crowd(standin, "10:00:00", "new")
        start = at("2026-03-01T10:00").astimezone(ZoneInfo("Europe/Paris"))
        assert addresses(pages(MailchimpAudiences(client), MemberCursor(start))) == new

    def test_is_listed_with_part_of_a_second_in_the_cursor(
        self, standin: Mailchimp, client: MailchimpClient
    ) -> None:
        new = self.crowd(standin, "10:00:00", "a", "b", "c")
        start = MemberCursor(at("2026-03-01T10:00") + timedelta(milliseconds=700))
        assert set(addresses(pages(MailchimpAudiences(client, page=2), start))) == set(new)

    def test_of_one_status_is_listed_and_an_archived_one_only_when_asked_for(
        self, standin: Mailchimp, client: MailchimpClient
    ) -> None:
        told = self.crowd(standin, "10:00:00", "a", "b", "c", "d")
        standin.act("unsubscribe", email=told[1], at="2026-03-01T10:00:01+00:00")
        standin.act("delete", email=told[2], at="2026-03-01T10:00:02+00:00")
        audiences = MailchimpAudiences(client, page=2)
        assert set(addresses(pages(audiences, MemberCursor()))) == {told[0], told[1], told[3]}
        assert set(addresses(pages(audiences, MemberCursor(), "archived"))) == {told[2]}
        assert set(addresses(pages(audiences, MemberCursor(), "unsubscribed"))) == {told[1]}

    def test_of_nobody_is_one_empty_page(self, audiences: MailchimpAudiences) -> None:
        assert audiences.members(LIST, MemberCursor()) == MemberPage((), None)

    def test_without_an_address_is_left_out_and_holds_up_nobody(
        self, standin: Mailchimp, client: MailchimpClient
    ) -> None:
        told = self.crowd(standin, "10:00:00", *(f"p{n}" for n in range(9)))
        by_telephone = standin.audience.member(told[3])
        assert by_telephone is not None
        by_telephone.email = ""
        assert set(addresses(pages(MailchimpAudiences(client, page=2), MemberCursor()))) == {
            address for address in told if address != told[3]
        }


def test_no_more_of_a_member_is_asked_for_than_is_kept(
    standin: Mailchimp, audiences: MailchimpAudiences, monkeypatch: pytest.MonkeyPatch
) -> None:
    standin.act("signup", email=CAMILLE, merge_fields={"FNAME": "Camille"})
    answers: list[bytes] = []
    ask = requests.Session.request

    def noted(*asked: Any, **more: Any) -> requests.Response:
        answer = ask(*asked, **more)
        answers.append(answer.content)
        return answer

    monkeypatch.setattr(requests.Session, "request", noted)
    audiences.members(LIST, MemberCursor())
    audiences.read(LIST, CAMILLE)
    assert [CAMILLE.encode() in answer for answer in answers] == [True, True]
    assert not any(b"Camille" in answer or b"merge_fields" in answer for answer in answers)


def test_a_page_that_does_not_come_is_smaller_when_it_is_asked_for_again(
    standin: Mailchimp, audiences: MailchimpAudiences
) -> None:
    """Mailchimp answers 504 where a thousand take it too long (VingtCinq/python-mailchimp, pull request 208)."""
    standin.act("crowd", list_id="crowd00001", size=3000)
    assert len(audiences.members("crowd00001", MemberCursor()).members) == 1000
    for wanted in (500, 250, 125, 125):
        standin.faults.arm(Fault("bare_500", times=ATTEMPTS))
        with pytest.raises(ProviderUnavailable):
            audiences.members("crowd00001", MemberCursor())
        assert len(audiences.members("crowd00001", MemberCursor()).members) == wanted


def test_a_page_that_is_refused_is_not_asked_for_in_parts(
    standin: Mailchimp, audiences: MailchimpAudiences
) -> None:
    standin.act("crowd", list_id="crowd00001", size=3000)
    with pytest.raises(MailchimpRefused):
        audiences.members("nowhere", MemberCursor())
    assert len(audiences.members("crowd00001", MemberCursor()).members) == 1000
