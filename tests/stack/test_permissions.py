"""A function may do what its role in the template says, and nothing else."""

import json
from http import HTTPStatus

from cli.local.backoffice import BackOffice
from tests.stack.probes import Probes, eventually
from tests.stack.test_front_door import LOOKUPS, REBUILDS, call_as, key_of

TRY = """
    import boto3
    from botocore.exceptions import ClientError

    KEY = {"pk": {"S": "probe"}, "sk": {"S": "probe"}}
    NEVER = {"ConditionExpression": "attribute_exists(pk)"}  # allowed or not, no fact comes of it

    def outcome(service, operation, **arguments):
        try:
            getattr(boto3.client(service), operation)(**arguments)
            return "done"
        except ClientError as error:
            return error.response["Error"]["Code"]

    def handle(event, context):
        table = os.environ["LEDGER_TABLE"]
        return {
            "put a fact": outcome("dynamodb", "put_item", TableName=table, Item=KEY, **NEVER),
            "get a fact": outcome("dynamodb", "get_item", TableName=table, Key=KEY),
            "delete a fact": outcome("dynamodb", "delete_item", TableName=table, Key=KEY),
            "put a person": outcome("dynamodb", "put_item", TableName="imera-privacy-people", Item=KEY, **NEVER),
            "the pepper": outcome("secretsmanager", "get_secret_value", SecretId=os.environ["PEPPER_SECRET_ID"]),
            "another secret": outcome(
                "secretsmanager", "get_secret_value", SecretId="imera-privacy/mailchimp-api"
            ),
        }
"""


def test_a_webhooks_role_appends_facts_and_does_nothing_else(probes: Probes) -> None:
    arn = probes.function(TRY, layers=True, like="StripeWebhookFunction")
    assert probes.call(arn) == {
        "put a fact": "ConditionalCheckFailedException",
        "get a fact": "AccessDeniedException",
        "delete a fact": "AccessDeniedException",
        "put a person": "AccessDeniedException",
        "the pepper": "done",
        "another secret": "AccessDeniedException",
    }


def test_operators_may_call_what_the_templates_policies_name(office: BackOffice) -> None:
    dpo, staff = key_of(office, "PrivacyDpo"), key_of(office, "PrivacyStaff")
    question = json.dumps({"email": "ada@example.org"}).encode()
    assert call_as(office, staff, LOOKUPS, question) == HTTPStatus.OK
    assert call_as(office, dpo, LOOKUPS, question) == HTTPStatus.OK
    assert call_as(office, staff, REBUILDS, b"{}") == HTTPStatus.FORBIDDEN
    assert call_as(office, dpo, REBUILDS, b"{}") < HTTPStatus.BAD_REQUEST
    assert eventually(lambda: bool(office.logs()["rebuild_people"]))
    office.wait_until_idle(120)
