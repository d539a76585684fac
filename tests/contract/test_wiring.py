"""What a function asks bootstrap for can be built of the names that the template gives it, and of no others."""

from __future__ import annotations

import inspect
import os
import re
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from privacy import bootstrap
from privacy.bootstrap import providers
from privacy.outbound import secrets as stored
from tests.composition import MODULES
from tests.contract.test_template import Resource, _functions, _stem, resources
from tests.functional.entrances import new_container
from tests.telling import PSEUDONYMS

__all__ = ["resources"]

ROOT = Path(__file__).parents[2]
#: What a secret holds, by how it is read.
SECRETS: dict[Any, object] = {
    stored.api_key_from: "key-us1",
    stored.pseudonyms_from: PSEUDONYMS,
    stored.stripe_api_key_from: "rk_test_1",
    stored.signing_secrets_from: ("whsec_1",),
    stored.mailchimp_webhook_from: stored.MailchimpWebhook(("key",), ("secret",)),
}
NAMES = "|".join(module.__name__.rpartition(".")[2] for module in MODULES)
#: These do something at once, or are told something first.
NOT_BUILT = {"audiences", "begin_reconciliation", "begin_retention_day", "call_breach", "retries"}


class Fetched:
    """A secret that is there."""

    def __init__(self, client: object, secret_id: str, read: Any, clock: object) -> None:
        assert secret_id
        self._read = read

    def value(self) -> object:
        return SECRETS[self._read]


def parts(function: str) -> list[str]:
    """What its handler asks for."""
    handler = (ROOT / "functions" / function / "handler.py").read_text()
    return sorted(set(re.findall(rf"\b(?:{NAMES})\.([a-z_]+)\b(?! import)", handler)) - NOT_BUILT)


FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_can_build_what_it_asks_for(function: str, resources: dict[str, Resource]) -> None:
    named = {_stem(name): settings for name, settings in _functions(resources).items()}
    variables = named[function]["Environment"]["Variables"]
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            if name.endswith(("_TABLE", "_BUCKET", "_URL", "_ID", "_ADDRESS")):
                patch.delenv(name)
        for name, value in variables.items():
            # what leads elsewhere is made up; what is written out stays
            patch.setenv(name, value if isinstance(value, str) else "1")
        patch.setenv("MAILCHIMP_AUDIENCES", "a1")
        patch.setenv("SES_ENDPOINT_URL", "")
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
        for module in (bootstrap, providers):
            patch.setattr(module, "Secret", Fetched)
        patch.setattr(bootstrap.boto3, "client", lambda *_, **__: Mock())
        new_container(keep=("policy",))
        try:
            for part in parts(function):
                build(part)
        finally:
            new_container(keep=("policy",))


def build(part: str) -> None:
    (made,) = (vars(module)[part] for module in MODULES if part in vars(module))
    built = made()
    if isinstance(built, dict):
        for each in built.values():
            if inspect.isfunction(each) and not inspect.signature(each).parameters:
                each()
