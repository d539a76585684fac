"""An audience of made-up members is listed as any other, however many they are."""

import hashlib
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.standins import mailchimp
from cli.standins.clock import iso
from cli.standins.http import Request
from cli.standins.mailchimp import Mailchimp

LIST = "crowd00001"
PATH = f"/3.0/lists/{LIST}"
START = 1_704_067_200


@pytest.fixture(scope="module")
def standin() -> Iterator[Mailchimp]:
    with mailchimp.serving() as running:
        yield with_crowd(running)


def with_crowd(standin: Mailchimp, size: int = 205) -> Mailchimp:
    standin.act("crowd", list_id=LIST, size=size, per_second=4, first=START)
    return standin


def ask(
    standin: Mailchimp, path: str, method: str = "GET", body: bytes = b"", **query: object
) -> tuple[int, Any]:
    arguments = [(name, str(value)) for name, value in query.items()]
    answer = standin.handle(Request(method, path, arguments, {"authorization": "Bearer k"}, body))
    return answer.status, json.loads(answer.body)


def listed(standin: Mailchimp, **query: object) -> Any:
    status, answer = ask(standin, f"{PATH}/members", **query)
    assert status == 200, answer
    return answer


def everybody(standin: Mailchimp) -> list[Any]:
    """All members but the archived ones, in their order, as lists by status have them."""
    found = [
        member
        for status in ("subscribed", "unsubscribed", "cleaned")
        for member in listed(standin, status=status, count=1000)["members"]
    ]
    return sorted(found, key=lambda member: int(member["contact_id"], 16))


def test_each_status_has_its_own_list(standin: Mailchimp) -> None:
    ids: set[str] = set()
    for status in ("subscribed", "unsubscribed", "cleaned", "archived"):
        found = listed(standin, status=status, count=1000)
        assert {member["status"] for member in found["members"]} == {status}
        assert len(found["members"]) == found["total_items"]
        ids |= {member["id"] for member in found["members"]}
    assert len(ids) == 205
    assert listed(standin, status="pending") == {
        "members": [],
        "list_id": LIST,
        "total_items": 0,
        "_links": [],
    }


@pytest.mark.parametrize(
    ("since", "before", "offset"), [(None, None, 60), (7, None, 0), (7, 19, 3), (None, 2, 0), (60, None, 0)]
)
def test_a_page_holds_what_the_whole_list_holds_there(
    standin: Mailchimp, since: int | None, before: int | None, offset: int
) -> None:
    low, high = iso(START + (-1 if since is None else since)), iso(START + (before or 1000))
    within = [member for member in everybody(standin) if low < member["last_changed"] < high]
    wanted: dict[str, object] = {"since_last_changed": low} if since else {}
    wanted |= {"before_last_changed": high} if before else {}
    found = listed(standin, count=10, offset=offset, sort_field="last_changed", **wanted)
    assert found["total_items"] == len(within)
    assert found["members"] == within[offset : offset + 10]


def test_what_it_cannot_sort_or_filter_by_is_refused(standin: Mailchimp) -> None:
    for wrong in ({"sort_field": "timestamp_opt"}, {"sort_dir": "DESC"}, {"since_timestamp_opt": iso(START)}):
        assert ask(standin, f"{PATH}/members", **wrong)[0] == 400


def test_whoever_was_listed_can_be_read_and_nobody_changed(standin: Mailchimp) -> None:
    (member,) = listed(standin, count=1, offset=100)["members"]
    path = f"{PATH}/members/{member['id']}"
    assert ask(standin, path) == (200, member)
    nobody = hashlib.md5(b"nobody@example.org").hexdigest()
    assert ask(standin, f"{PATH}/members/{nobody}")[0] == 404
    assert ask(standin, path, "PATCH", b'{"status": "unsubscribed"}')[0] == 405
    with pytest.raises(ValueError, match="reading only"):
        standin.act("unsubscribe", email=member["email_address"], list_id=LIST)
    (audience,) = ask(standin, "/3.0/lists", email=member["email_address"])[1]["lists"]
    assert audience["id"] == LIST


def test_a_million_take_no_more_memory_than_a_page() -> None:
    with mailchimp.serving() as standin:
        with_crowd(standin, 1_000_000)
        total = listed(standin, count=1)["total_items"]
        tracemalloc.start()
        for page in range(10):
            assert len(listed(standin, count=50, offset=page * 90_000)["members"]) == 50
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert held < 1_000_000
        assert sum(ask(standin, PATH)[1]["stats"].values()) == total == 950_000


def test_it_comes_back_with_the_state(standin: Mailchimp, tmp_path: Path) -> None:
    with mailchimp.serving(state_file=tmp_path / "mailchimp.json") as first:
        with_crowd(first)
    with mailchimp.serving(state_file=tmp_path / "mailchimp.json") as second:
        assert listed(second, count=3, offset=90) == listed(standin, count=3, offset=90)
