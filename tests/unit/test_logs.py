"""S6, checklist 37: whoever logs whatever, no personal data reaches the output."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from privacy import logs

CANARY = "jane.canary@example.com"


@pytest.fixture(autouse=True)
def scrubbed() -> Iterator[None]:
    before = logging.getLogRecordFactory()
    logs.scrub()
    yield
    logging.setLogRecordFactory(before)


def fail() -> None:
    raise KeyError(CANARY)


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    out, err = capfd.readouterr()
    assert err == ""
    return [json.loads(line) for line in out.splitlines()]


def test_a_line_is_an_event_and_listed_fields(capfd: pytest.CaptureFixture[str]) -> None:
    logs.record("fact_conflict", event_id="evt_1", event_type="customer.created", source="stripe")
    (line,) = lines(capfd)
    assert (line["message"], line["level"]) == ("fact_conflict", "ERROR")
    assert (line["event_id"], line["event_type"], line["source"]) == ("evt_1", "customer.created", "stripe")


def test_a_field_that_is_not_listed_is_left_out(capfd: pytest.CaptureFixture[str]) -> None:
    logs.record("fact_conflict", email=CANARY, payload=CANARY, exception=CANARY)
    assert CANARY not in json.dumps(lines(capfd))


@pytest.mark.parametrize("value", [CANARY, "Jane Doe é", "+33 6 12", "x" * 2000, "a\nb", '{"a"'])
def test_a_listed_field_takes_nothing_but_ids(value: str, capfd: pytest.CaptureFixture[str]) -> None:
    logs.record("fact_conflict", event_id=value)
    (line,) = lines(capfd)
    assert line["event_id"] == "[refused]"


def test_a_failure_is_types_and_places(capfd: pytest.CaptureFixture[str]) -> None:
    try:
        try:
            fail()
        except KeyError as error:
            raise RuntimeError(CANARY) from error
    except RuntimeError as error:
        error.add_note(CANARY)
        logs.failure(error)
    (line,) = lines(capfd)
    assert line["error"] == "RuntimeError<KeyError"
    assert str(line["at"]).count("tests/unit/test_logs.py:") == 3
    assert CANARY not in json.dumps(line)


def test_an_endless_chain_of_causes_ends(capfd: pytest.CaptureFixture[str]) -> None:
    error = RuntimeError(CANARY)
    error.__cause__ = error
    logs.failure(error)
    assert len(lines(capfd)) == 1


@pytest.mark.parametrize("level", [logging.DEBUG, logging.WARNING, logging.CRITICAL])
def test_other_libraries_records_shrink_to_who_how_bad_and_where(level: int) -> None:
    out = StringIO()
    handler = logging.StreamHandler(out)
    foreign = logging.getLogger("botocore.tests")
    foreign.addHandler(handler)
    foreign.setLevel(logging.DEBUG)
    foreign.propagate = False
    try:
        fail()
    except KeyError:
        foreign.log(level, "sending %s", CANARY, exc_info=True, stack_info=True)
    foreign.removeHandler(handler)
    assert out.getvalue().startswith(f"botocore.tests {logging.getLevelName(level)} ")
    assert "test_logs.py:" in out.getvalue()
    assert CANARY not in out.getvalue()


def test_nobody_else_can_log_through_our_logger_either(capfd: pytest.CaptureFixture[str]) -> None:
    logs.record("failed")
    ours = logs._logger()
    ours.append_keys(email=CANARY)
    try:
        fail()
    except KeyError:
        ours.exception("%s", CANARY, extra={"payload": CANARY})
    ours.info({"email": CANARY})
    ours.remove_keys(["email"])
    out, err = capfd.readouterr()
    assert CANARY not in out + err
    assert out.count("\n") == 3


def test_a_guarded_function_loses_its_errors_text(capfd: pytest.CaptureFixture[str]) -> None:
    @logs.guarded
    def work(value: str) -> str:
        raise KeyError(value)

    with pytest.raises(logs.FunctionFailed) as failed:
        work(CANARY)
    assert failed.value.args == ("KeyError",)
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None
    (line,) = lines(capfd)
    assert line["error"] == "KeyError"
    assert CANARY not in json.dumps(line)


def test_a_guarded_function_that_succeeds_is_left_alone(capfd: pytest.CaptureFixture[str]) -> None:
    assert logs.guarded(lambda value: value)("x") == "x"
    assert lines(capfd) == []
