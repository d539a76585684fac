"""What `sam build` makes for this machine, and the Python that sees nothing else."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.places import BUILT, REPOSITORY
from bench.trouble import Trouble

REGION = "eu-west-3"
PROBES = Path(__file__).parent / "probes"
_BUILD = BUILT / "build"
LAYER = _BUILD / "CoreLayer"


def build() -> None:
    """Beside `make build`'s own result, which goes to AWS and may be for another architecture."""
    architecture = "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
    log = BUILT / "build.log"
    BUILT.mkdir(parents=True, exist_ok=True)
    sam = REPOSITORY / ".tools" / "sam" / "bin" / "sam"
    if not sam.exists():
        raise Trouble("SAM is not here: run `make setup`")
    command = [
        str(sam),
        "build",
        "--cached",
        "--parallel",
        "--template-file",
        str(REPOSITORY / "template.yaml"),
    ]
    command += ["--build-dir", str(_BUILD), "--cache-dir", str(BUILT / "cache")]
    command += ["--parameter-overrides", f"Arch={architecture}"]
    environment = {**os.environ, "ARCH": architecture, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": REGION}
    environment["PATH"] = f"{sam.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    with log.open("wb") as output:
        done = subprocess.run(
            command, cwd=REPOSITORY, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        raise Trouble(f"sam build failed: see {log.relative_to(REPOSITORY)}")


def command(probe: str, *arguments: str) -> list[str]:
    """A probe in Lambda's Python without any environment's packages."""
    python = Path(sys.base_prefix) / "bin" / "python3.13"
    return [str(python), "-P", "-S", "-s", "-B", str(PROBES / f"{probe}.py"), *arguments]


def environment(function: str, endpoint: str = "", **settings: str) -> dict[str, str]:
    """Lambda's, for one function: its artifact and the layer on the path, its settings by name. Reproducible."""
    path = [str(_BUILD / logical_id(function)), str(LAYER / "python")]
    given = {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONHASHSEED": "0",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "AKIDBENCH",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "POWERTOOLS_SERVICE_NAME": function,
        **SETTINGS,
    }
    if endpoint:
        given |= {"AWS_ENDPOINT_URL": endpoint} | {
            f"{queue.upper()}_QUEUE_URL": f"{endpoint}/queue/{queue}" for queue in QUEUES
        }
    return given | settings


#: Names of tables and secrets in the stand-in.
SETTINGS: Mapping[str, str] = {
    "LEDGER_TABLE": "ledger",
    "PEOPLE_TABLE": "people",
    "REGISTRY_TABLE": "registry",
    "PEPPER_SECRET_ID": "pepper",
    "STRIPE_WEBHOOK_SECRET_ID": "stripe",
    "STRIPE_MODES": "live,test",
    "MAILCHIMP_WEBHOOK_SECRET_ID": "mailchimp",
    "MAILCHIMP_SIGNED": "false",
    "STRIPE_API_SECRET_ID": "stripe-api",
    "MAILCHIMP_API_SECRET_ID": "mailchimp-api",
    "PLAN_AGAIN_SECONDS": "60",
    "REQUESTS_TABLE": "requests",
    "ARCHIVE_TABLE": "archive",
    "REPLAY_BUCKET": "replay",
    "MAIL_BUCKET": "mail",
    "STRIPE_ERASURE_SECRET_ID": "stripe-erasure",
}
#: Functions with a queue of their own.
QUEUES = ("fold_people", "sync_providers", "reconcile", "import_history", "retention_purge")


def batch_size(function: str, event: str) -> int:
    """How many records the event brings at once, by the template."""
    place = rf"^  {logical_id(function)}:\n.*?^        {event}:\n.*?BatchSize: (\d+)"
    found = re.search(place, (REPOSITORY / "template.yaml").read_text(), re.DOTALL | re.MULTILINE)
    if found is None:
        raise Trouble(f"template.yaml brings {function} no batches by {event}")
    return int(found[1])


def logical_id(function: str) -> str:
    """`stripe_webhook` is StripeWebhookFunction."""
    return re.sub(r"(?:^|_)([a-z])", lambda found: found[1].upper(), function) + "Function"
