"""What was acknowledged is not lost, whoever dies."""

import json
import threading
from pathlib import Path

from cli.local import backoffice
from cli.local.backoffice import BackOffice
from tests.stack.probes import Probes, eventually

NOTE_EACH = """
    def handle(event, context):
        for record in event["Records"]:
            note(record["dynamodb"]["Keys"]["sk"]["S"])
"""


def count(office: BackOffice, table: str) -> int:
    return int(office.aws("dynamodb").scan(TableName=table, Select="COUNT", ConsistentRead=True)["Count"])


def test_a_killed_emulator_keeps_every_acknowledged_write(office: BackOffice, probes: Probes) -> None:
    table = probes.table()
    office.save()
    acknowledged: list[str] = []

    def write() -> None:
        client = office.aws("dynamodb")
        for n in range(10_000):
            try:
                client.put_item(
                    TableName=table, Item={"pk": {"S": "p"}, "sk": {"S": str(n)}, "n": {"N": str(n)}}
                )
            except Exception:  # noqa: BLE001  the emulator is gone
                return
            acknowledged.append(str(n))

    writer = threading.Thread(target=write)
    writer.start()
    assert eventually(lambda: len(acknowledged) > 200)
    office.crash()
    writer.join()
    office.restart_emulator()
    pages = office.aws("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    kept = {item["sk"]["S"] for page in pages for item in page["Items"]}
    assert set(acknowledged) <= kept
    assert len(kept) - len(acknowledged) <= 1


def test_conditions_and_counters_are_not_applied_twice_after_a_kill(
    office: BackOffice, probes: Probes
) -> None:
    table = probes.table()
    office.save()
    key = {"pk": {"S": "p"}, "sk": {"S": "counter"}}
    for _ in range(7):
        office.aws("dynamodb").update_item(
            TableName=table,
            Key=key,
            UpdateExpression="ADD n :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
    for _ in range(2):  # the second time with nothing journalled in between
        office.crash()
        office.restart_emulator()
        item = office.aws("dynamodb").get_item(TableName=table, Key=key)["Item"]
        assert item["n"] == {"N": "7"}


def test_records_that_no_function_had_read_are_read_after_a_kill(office: BackOffice, probes: Probes) -> None:
    table = probes.table()
    arn = probes.function(NOTE_EACH)
    probes.paused_stream(table, arn)
    office.save()
    probes.put(table, "one", "two")
    office.crash()
    office.restart_emulator()
    probes.go_on(arn)
    assert probes.noted("one", "two")


def test_a_queued_message_outlives_a_kill(office: BackOffice, probes: Probes) -> None:
    url, _ = probes.queue()
    office.save()
    office.aws("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({"n": 1}))
    office.crash()
    office.restart_emulator()
    assert probes.waiting(url) == [{"n": 1}]


def test_a_batch_whose_worker_is_killed_in_the_middle_is_done_again(
    office: BackOffice, probes: Probes
) -> None:
    table = probes.table()
    arn = probes.function(
        """
        def handle(event, context):
            note("begun")
            time.sleep(2)
            note("done")
        """
    )
    probes.stream(table, arn)
    probes.put(table, "one")
    assert eventually(lambda: probes.notes() == ["begun"])
    assert office.kill_workers() >= 1
    assert probes.noted("begun", "begun", "done")
    office.wait_until_idle()


def test_a_restart_keeps_data_secrets_and_work_not_done(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with backoffice.running(state, environment={}) as office:
        probes = Probes(office, tmp_path / "notebook")
        table = probes.table()
        arn = probes.function(NOTE_EACH)
        probes.paused_stream(table, arn)
        probes.put(table, "one", "two")
        place = {"LocationConstraint": "eu-west-3"}
        office.aws("s3").create_bucket(Bucket="probe", CreateBucketConfiguration=place)
        office.aws("s3").put_object(Bucket="probe", Key="note", Body=b"kept")
        secrets, operators = office.secrets, office.operators
    with backoffice.running(state, environment={}) as office:
        assert count(office, table) == 2
        assert (office.secrets, office.operators) == (secrets, operators)
        assert office.aws("s3").get_object(Bucket="probe", Key="note")["Body"].read() == b"kept"
        probes = Probes(office, tmp_path / "notebook")
        probes.go_on(arn)
        assert probes.noted("one", "two")
