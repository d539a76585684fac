"""Secrets of a local back office: made on the first start, kept in one file, overridden by the environment."""

import base64
import secrets
from collections.abc import Mapping
from typing import Any

from cli.local import private_file
from cli.local.places import StateDirectory

Secrets = dict[str, dict[str, Any]]

OVERRIDES = {
    "STRIPE_WEBHOOK_SECRET": ("stripe-webhook", "signing_secrets"),
    "MAILCHIMP_WEBHOOK_SECRET": ("mailchimp-webhook", "signing_secrets"),
    "MAILCHIMP_WEBHOOK_KEY": ("mailchimp-webhook", "path_keys"),
}


def kept_secrets(state: StateDirectory, environment: Mapping[str, str]) -> Secrets:
    """Return the secrets to use now. What the environment overrides is not written to the file."""
    found: Secrets = private_file.read(state.secrets) or {}
    kept = _generated() | found
    if kept != found:  # the first start, or the first one since another secret is needed
        private_file.write(state.secrets, kept)
    used = {name: dict(content) for name, content in kept.items()}
    for variable, (name, field) in OVERRIDES.items():
        if environment.get(variable):
            used[name][field] = [environment[variable]]
    return used


def _generated() -> Secrets:
    pepper = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        "pepper": {"current": 1, "peppers": {"1": pepper}},
        "stripe-webhook": {"signing_secrets": [f"whsec_{secrets.token_hex(24)}"]},
        "mailchimp-webhook": {
            "path_keys": [secrets.token_urlsafe(24)],
            "signing_secrets": [secrets.token_hex(24)],
        },
        "mailchimp-api": {"api_key": f"{secrets.token_hex(16)}-us21"},
        "stripe-api": {"api_key": f"rk_test_{secrets.token_hex(24)}"},
    }
