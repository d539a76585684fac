"""The operators' roles in the emulated account, with the policies that the template has for them.

The template leaves it to the owner whom to attach its policies to. Here each local role has one of them, and
the emulator decides by it what the role may call.
"""

import json
from typing import Any

from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from cli.local.aws import Aws
from cli.local.places import ACCOUNT

POLICIES = {"PrivacyDpo": "OperatorDpoPolicy", "PrivacyStaff": "OperatorStaffPolicy"}
TWELVE_HOURS = 43_200


def local_sessions(aws: Aws, stack: str) -> dict[str, Credentials]:
    """Return a session of each role. Sessions end with the emulator that gave them."""
    resources = aws.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    arns = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    return {role: _session(aws, role, arns[policy]) for role, policy in POLICIES.items()}


def _session(aws: Aws, role: str, policy: str) -> Credentials:
    iam = aws.client("iam")
    with_account = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [with_account]})
    try:
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust)
    except ClientError as error:
        if _code(error) != "EntityAlreadyExists":
            raise
    iam.attach_role_policy(RoleName=role, PolicyArn=policy)
    taken = aws.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}",
        RoleSessionName="local-operator",
        DurationSeconds=TWELVE_HOURS,
    )["Credentials"]
    return Credentials(taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])


def _code(error: ClientError) -> Any:
    return error.response.get("Error", {}).get("Code")
