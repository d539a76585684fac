"""The stand-in shop beside the local back office: what is asked of its providers through their control pages."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cli.local.secrets import Secrets
from cli.local.trouble import Trouble

#: Who sends webhooks, and has a past.
PROVIDERS = ("stripe", "mailchimp")
#: Seconds that a call on this machine may take.
PATIENCE = 60


@dataclass(frozen=True)
class Shop:
    """The stand-ins. addresses: name (stripe, mailchimp, ses) → base URL."""

    addresses: Mapping[str, str]

    def ask(self, provider: str, what: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return what the control page `what` answers, asked with a body or just looked at. Raises Trouble."""
        request = urllib.request.Request(  # noqa: S310
            f"{self.addresses[provider]}/_control/{what}".rstrip("/"),
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise Trouble(f"the {provider} stand-in says: {json.load(refusal)['error']}") from None
        except OSError as error:
            raise Trouble(f"the {provider} stand-in does not answer: {type(error).__name__}") from None

    def acts(self) -> dict[str, tuple[str, str]]:
        """Return what can happen: the act → (provider, its arguments)."""
        return {
            act: (provider, arguments)
            for provider in self.addresses
            for act, arguments in self.ask(provider, "")["acts"].items()
        }

    def past(self) -> Mapping[str, Any]:
        """Return the numbers of the shop's past, empty where it has none."""
        told: Mapping[str, Any] = self.ask(PROVIDERS[0], "past")
        return told

    def withhold(self, on: bool) -> int:
        """Lose every webhook from now on, or deliver again; return how many were lost since this began."""
        return sum(self.ask(provider, "withhold", {"on": on})["lost"] for provider in PROVIDERS)

    def register_webhooks(self, base_url: str, secrets: Secrets) -> None:
        """Tell the providers where the shop's webhooks are, as the shop would in their dashboards."""
        path_key = secrets["mailchimp-webhook"]["path_keys"][0]
        for provider, path in (("stripe", "stripe"), ("mailchimp", f"mailchimp/{path_key}")):
            secret = secrets[f"{provider}-webhook"]["signing_secrets"][0]
            wanted = {"url": f"{base_url}/webhooks/{path}", "secret": secret, "replace": True}
            self.ask(provider, "webhooks", wanted)
