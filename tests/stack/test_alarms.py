"""An alarm of the template rings on what a function measured."""

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
