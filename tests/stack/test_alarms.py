"""An alarm of the template rings on what a function measured."""

from datetime import UTC, datetime, timedelta

from cli.local.backoffice import BackOffice
from tests.stack.probes import Probes, eventually

CONFLICT = """
    def handle(event, context):
        directive = {
            "Namespace": "imera-privacy",
            "Dimensions": [["service"]],
            "Metrics": [{"Name": "FactConflict", "Unit": "Count"}],
        }
        told = {"_aws": {"Timestamp": 0, "CloudWatchMetrics": [directive]}}
        print(json.dumps({**told, "service": "mailchimp_webhook", "FactConflict": [1.0]}))
"""


def test_a_conflict_in_a_functions_log_rings_the_alarm_on_conflicts(
    office: BackOffice, probes: Probes
) -> None:
    def rings(function: str) -> bool:
        alarm = office.aws("cloudformation").describe_stack_resource(
            StackName="imera-privacy", LogicalResourceId=f"{function}FactConflictAlarm"
        )["StackResourceDetail"]["PhysicalResourceId"]
        alarms = office.aws("cloudwatch").describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
        return bool(alarms[0]["StateValue"] == "ALARM")

    assert not rings("MailchimpWebhook")
    probes.call(probes.function(CONFLICT))
    assert eventually(lambda: rings("MailchimpWebhook"))
    assert not rings("StripeWebhook")


def test_how_long_a_queue_and_a_stream_wait_is_measured_when_somebody_asks(
    office: BackOffice, probes: Probes
) -> None:
    sqs, cloudwatch = office.aws("sqs"), office.aws("cloudwatch")
    url = sqs.create_queue(QueueName="waiting")["QueueUrl"]

    def age() -> list[float]:
        stat = {
            "Metric": {
                "Namespace": "AWS/SQS",
                "MetricName": "ApproximateAgeOfOldestMessage",
                "Dimensions": [{"Name": "QueueName", "Value": "waiting"}],
            },
            "Period": 60,
            "Stat": "Maximum",
        }
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[{"Id": "age", "MetricStat": stat}],
            StartTime=datetime.now(UTC) - timedelta(minutes=15),
            EndTime=datetime.now(UTC),
        )
        return list(answer["MetricDataResults"][0]["Values"])

    assert age() == []
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    assert eventually(lambda: age() and age()[0] > 0)
    sqs.purge_queue(QueueUrl=url)
    assert age() == []
    sqs.delete_queue(QueueUrl=url)
