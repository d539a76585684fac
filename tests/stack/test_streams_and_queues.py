"""Streams and queues drive functions as AWS's event source mappings do."""

import json

from cli.local.backoffice import EVENT_SOURCE, BackOffice
from tests.stack.probes import Probes, eventually

KEYS = """
    def keys(event):
        return [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]
"""


def test_a_filter_on_the_sort_key_lets_through_what_it_names(probes: Probes) -> None:
    table = probes.table()
    arn = probes.function(KEYS + "\n    def handle(event, context):\n        note(keys(event))\n")
    pattern = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "mailchimp#"}]}}}}
    probes.put(table, "stripe#1", "mailchimp#1", "stripe#2", "mailchimp#2")
    probes.stream(table, arn, FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    assert probes.noted(["mailchimp#1", "mailchimp#2"])


def test_a_stream_of_keys_holds_no_images(probes: Probes) -> None:
    table = probes.table()
    probes.stream(
        table,
        probes.function(
            """
            def handle(event, context):
                note(sorted(event["Records"][0]["dynamodb"]))
            """
        ),
    )
    probes.put(table, "one")
    assert eventually(lambda: len(probes.notes()) == 1)
    assert "NewImage" not in probes.notes()[0]
    assert "Keys" in probes.notes()[0]


def test_a_batch_is_repeated_from_its_first_failing_record(probes: Probes) -> None:
    table = probes.table()
    arn = probes.function(
        KEYS
        + """
    def handle(event, context):
        batch = keys(event)
        note(batch)
        failing = [r for r in event["Records"] if r["dynamodb"]["Keys"]["sk"]["S"] == "bad"]
        if failing and len(batch) > 2:
            return {"batchItemFailures": [{"itemIdentifier": failing[0]["dynamodb"]["SequenceNumber"]}]}
    """
    )
    probes.put(table, "good", "bad", "later")
    probes.stream(table, arn, FunctionResponseTypes=["ReportBatchItemFailures"])
    assert probes.noted(["good", "bad", "later"], ["bad", "later"])


def test_a_failing_batch_is_halved_and_its_poison_told_to_the_destination(probes: Probes) -> None:
    table = probes.table()
    url, destination = probes.queue()
    arn = probes.function(
        KEYS
        + """
    def handle(event, context):
        if "poison" in keys(event):
            raise RuntimeError("no")
        for key in keys(event):
            note(key)
    """
    )
    probes.put(table, "a", "b", "poison", "c", "d")
    probes.stream(
        table,
        arn,
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": destination}},
    )
    assert probes.noted("a", "b", "c", "d", seconds=40)
    told = probes.waiting(url)
    assert [message["requestContext"]["condition"] for message in told] == ["RetryAttemptsExhausted"]
    assert told[0]["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_message_that_keeps_failing_ends_in_the_dead_letter_queue(probes: Probes) -> None:
    dead_url, dead_arn = probes.queue()
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    url, queue = probes.queue(VisibilityTimeout="1", RedrivePolicy=redrive)
    arn = probes.function(
        """
        def handle(event, context):
            failed = []
            for record in event["Records"]:
                note(json.loads(record["body"])["n"])
                if json.loads(record["body"])["n"] == 2:
                    failed.append({"itemIdentifier": record["messageId"]})
            return {"batchItemFailures": failed}
        """
    )
    probes.office.aws("lambda").create_event_source_mapping(
        EventSourceArn=queue, FunctionName=arn, FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    for n in (1, 2, 3):
        probes.office.aws("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({"n": n}))
    left: list[dict[str, int]] = []
    assert eventually(lambda: bool(left.extend(probes.waiting(dead_url)) or left), 30)
    assert left == [{"n": 2}]
    assert sorted(probes.notes()) == [1, 2, 2, 3]


def test_an_event_of_stripes_bus_reaches_its_function(office: BackOffice) -> None:
    before = len(office.logs().get("stripe_eventbridge", []))
    office.aws("events").put_partner_events(
        Entries=[
            {
                "Source": EVENT_SOURCE,
                "DetailType": "checkout.session.completed",
                "Detail": json.dumps({"id": "evt_probe", "object": "event", "livemode": False}),
            }
        ]
    )
    assert eventually(lambda: len(office.logs().get("stripe_eventbridge", [])) > before)


def test_a_rule_on_a_bus_of_its_own_is_known_by_both_names(office: BackOffice) -> None:
    resource = office.aws("cloudformation").describe_stack_resource(
        StackName="imera-privacy", LogicalResourceId="StripeEventbridgeRule"
    )["StackResourceDetail"]
    bus, _, rule = resource["PhysicalResourceId"].partition("|")
    assert bus == EVENT_SOURCE
    assert office.aws("events").describe_rule(Name=rule, EventBusName=bus)["State"] == "ENABLED"
