"""The local back office as an object: start, look into, disturb and stop it.

with running(state_dir=directory) as office:
    requests.post(office.base_url + "/webhooks/stripe", ...)
    office.wait_until_idle()
"""

import json
import os
import signal
import smtplib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cli.local import private_file
from cli.local.aws import Aws
from cli.local.build import BYTECODE, built_template
from cli.local.callers import local_sessions
from cli.local.deploy import BACK_OFFICE, deploy
from cli.local.front_door import FrontDoor, Target
from cli.local.mail.door import Mailbox, MailDoor
from cli.local.operators import AccessKey, kept_keys
from cli.local.places import REGION, REPOSITORY, StateDirectory, function_python, tool
from cli.local.ports import HERE, answers, check_free, free_port, kept_ports
from cli.local.processes import Child
from cli.local.secrets import Secrets, kept_secrets
from cli.local.shop import Shop
from cli.local.single import Lock
from cli.local.steps import Tell, step, to_nobody
from cli.local.trouble import Trouble
from privacy import policy
from privacy.outbound.s3_mail import S3Mail

DEFAULT_STATE = REPOSITORY / ".local"
EVENT_SOURCE = "aws.partner/stripe.com/local"
STANDINS = ("stripe", "mailchimp", "ses")
WITH_A_PAST = ("stripe", "mailchimp")
PARTS = ("emulator", *STANDINS)
CONTACT = "contact@imera-paris.com"
SECRET_OUTPUTS = {
    "PepperSecretArn": "pepper",
    "StripeWebhookSecretArn": "stripe-webhook",
    "MailchimpWebhookSecretArn": "mailchimp-webhook",
    "MailchimpApiSecretArn": "mailchimp-api",
    "StripeApiSecretArn": "stripe-api",
    "StripeErasureSecretArn": "stripe-api",  # the stand-in has one key for whatever is asked of it
}
STILL_IDLE = 4


@dataclass(frozen=True)
class OpenWork:
    """What the functions still have to do."""

    records: int
    messages: int
    running: int

    @property
    def none(self) -> bool:
        return not (self.records or self.messages or self.running)


class NotIdle(Exception):
    """The functions still had something to do when the time was over."""


class BackOffice:
    """One local back office on one state directory."""

    def __init__(
        self,
        state_dir: Path,
        port: int,
        tell: Tell,
        environment: Mapping[str, str],
        *,
        clock_shift: float = 0.0,
        past: bool = False,
        smtp_port: int = 0,
        mail_relay: str = "",
    ) -> None:
        self._state = StateDirectory(state_dir)
        self._tell = tell
        self._environment = environment
        self._clock_shift = clock_shift
        self._past = past
        self._port = port
        self._smtp_port = smtp_port
        self._mailbox = Mailbox(CONTACT, mail_relay)
        self._ports: dict[str, int] = {}
        self._api = ""
        self._mail_bucket = ""
        self._lock = Lock(self._state.lock)
        self._children: dict[str, Child] = {}
        self._door: FrontDoor | None = None
        self._mail_door: MailDoor | None = None
        self.secrets: Secrets = {}
        self.operators: list[AccessKey] = []
        self.standins: dict[str, str] = {}

    # --- life --------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Build, start, deploy and open the door. Leaves nothing running where that fails."""
        self._state.prepare()
        self._lock.take()
        with ExitStack() as undo:
            undo.callback(self.stop)
            self._state.office.unlink(missing_ok=True)
            if self._port:
                check_free(self._port, "PORT")
            if self._smtp_port:
                check_free(self._smtp_port, "SMTP_PORT")
            tool("emulator", "python")
            _check_policy()
            with step("build template.yaml", self._tell):
                built = built_template()
            with step("start the emulator and the providers' stand-ins", self._tell):
                self.secrets = kept_secrets(self._state, self._environment)
                self.operators = kept_keys(self._state)
                self._ports = kept_ports(self._state.ports, (*PARTS, "door"))
                # letters name the address of its pages, so it is known before anything is deployed
                self._door = FrontDoor(self._port or self._ports["door"])
                self._start_emulator()
                self._start_standins()
                self._wait_for_children()
            with step("deploy infra/storage.yaml and template.yaml", self._tell):
                self._api = self._deploy(built)
                self.save()
            self._let_in(self._door)
            self._mail_door = MailDoor(
                self._smtp_port or free_port(), self._mailbox, self._keep_mail, now=self._now
            )
            self._write_office()
            undo.pop_all()

    def stop(self) -> None:
        """Close the doors, let the emulator save, and end every process."""
        if self._mail_door is not None:
            self._mail_door.close()
            self._mail_door = None
        if self._door is not None:
            self._door.close()
            self._door = None
        for name in PARTS:
            child = self._children.pop(name, None)
            if child is not None:
                child.stop()
        self._state.office.unlink(missing_ok=True)
        self._lock.release()

    # --- looking into it -----------------------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        """The address that providers and operators use."""
        if self._door is None:
            raise RuntimeError("the back office is not open")
        return self._door.base_url

    @property
    def smtp_port(self) -> int:
        """The port on which contact@ takes mail."""
        if self._mail_door is None:
            raise RuntimeError("the back office is not open")
        return self._mail_door.port

    @property
    def mail_bucket(self) -> str:
        """The bucket in which each message lies, under `inbound/`, as it came."""
        return self._mail_bucket

    def send_mail(self, message: Message | bytes, *, sender: str, to: str = CONTACT) -> None:
        """Hand a message to contact@'s server, as any mail client does. Raises smtplib.SMTPException."""
        with smtplib.SMTP(HERE, self.smtp_port, local_hostname="client.example.fr", timeout=60) as client:
            if isinstance(message, bytes):
                client.sendmail(sender, [to], message)
            else:
                client.send_message(message, sender, [to])

    @property
    def endpoint(self) -> str:
        """The emulator's address, as AWS_ENDPOINT_URL takes it."""
        return f"http://{HERE}:{self._ports['emulator']}"

    @property
    def state(self) -> StateDirectory:
        """What is kept between runs."""
        return self._state

    @property
    def shop(self) -> Shop:
        """The shop that the providers' stand-ins play."""
        return Shop(self.standins)

    def aws(self, service: str) -> Any:
        """Return a boto3 client on the emulated account."""
        return self._account.client(service)

    def open_work(self) -> OpenWork:
        """Count stream records not yet read, messages in the functions' queues, and running functions."""
        return OpenWork(**self._ask_emulator("work"))

    def wait_until_idle(self, timeout: float = 30.0) -> None:
        """Wait until nothing was left to do for a few looks in a row.

        Messages wait in a queue for their visibility time after a failure, and count. An asynchronous call
        between two tries, and whatever a schedule will start, does not.
        """
        deadline, quiet = time.monotonic() + timeout, 0
        while quiet < STILL_IDLE:
            work = self.open_work()
            quiet = quiet + 1 if work.none else 0
            if time.monotonic() > deadline:
                raise NotIdle(f"after {timeout:.0f} s: {work}")
            time.sleep(0.03)

    def logs(self) -> dict[str, list[str]]:
        """Return what each function has logged, by its log group's last name."""
        client = self.aws("logs")
        found: dict[str, list[str]] = {}
        for page in client.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix=f"/{BACK_OFFICE}/"
        ):
            for group in page["logGroups"]:
                name = group["logGroupName"]
                pages = client.get_paginator("filter_log_events").paginate(logGroupName=name)
                lines = [event["message"] for events in pages for event in events["events"]]
                found[name.rpartition("/")[2]] = lines
        return found

    def workers(self) -> list[int]:
        """Return the process ids of the functions' workers."""
        emulator = self._children["emulator"].pid
        listed = subprocess.run(
            ["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
        ).stdout
        pairs = (line.split() for line in listed.splitlines())
        return [int(pid) for pid, parent in pairs if int(parent) == emulator]

    def check(self) -> None:
        """Trouble when a part of it has ended by itself."""
        for child in self._children.values():
            if not child.running:
                raise Trouble(f"{child.name} ended by itself: see {self._state.logs}, and start again.")

    def save(self) -> None:
        """Have the emulator take a snapshot now."""
        self._ask_emulator("save")

    def pass_time(self, since: datetime, until: datetime) -> int:
        """Have every schedule fire that falls due in between, whatever the clock says; return how many did."""
        asked = urlencode({"since": since.isoformat(), "until": until.isoformat()})
        return int(self._ask_emulator(f"pass-time?{asked}")["fired"])

    # --- disturbing it -------------------------------------------------------------------------------------------

    def kill_workers(self) -> int:
        """Kill every worker at once, whatever it is doing; return how many there were."""
        workers = self.workers()
        for worker in workers:
            with suppress(ProcessLookupError):  # it ended by itself
                os.kill(worker, signal.SIGKILL)
        return len(workers)

    def crash(self) -> None:
        """Kill the emulator at once, without a chance to save. `restart_emulator` or `stop` comes next."""
        self._children.pop("emulator").kill()

    def restart_emulator(self) -> None:
        """Start the emulator again after `crash`, behind the same door."""
        self._start_emulator()
        self._wait_for_children()
        if self._door is not None:
            self._let_in(self._door)

    # --- parts ---------------------------------------------------------------------------------------------------

    @cached_property
    def _account(self) -> Aws:
        return Aws(self.endpoint)

    def _start_standins(self) -> None:
        now = str(int(time.time()))
        for name in STANDINS:
            port = self._ports[name]
            command = [sys.executable, "-m", "cli.local.leash", f"cli.standins.{name}", "--port", str(port)]
            command += ["--state", str(self._state.root / f"{name}.json")]
            command += ["--past", now] if self._past and name in WITH_A_PAST else []
            command += self._mail_arguments() if name == "ses" else []
            log = self._state.logs / f"{name}.log"
            self._children[name] = Child(f"The {name} stand-in", command, log, {})
            self.standins[name] = f"http://{HERE}:{port}"

    def _mail_arguments(self) -> list[str]:
        """Where SES keeps letters, and whom it tells what became of them."""
        return ["--outbox", str(self._state.outbox), "--bus", self.endpoint]

    def _wait_for_children(self) -> None:
        for name, child in self._children.items():
            child.wait_until(partial(answers, self._ports[name]), 60.0)

    def _start_emulator(self) -> None:
        home = self._state.emulator
        environment = {
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONPYCACHEPREFIX": str(BYTECODE),
            "GATEWAY_PORT": str(self._ports["emulator"]),
            "BIND_HOST": HERE,
            "AUTH": "true",
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(home / "blobs"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(home / "s3"),
            "LOG_LEVEL": "WARNING",
            "LOCAL_HOME": str(home),
            "LOCAL_FUNCTION_PYTHON": function_python(),
            "LOCAL_CLOCK_SHIFT": str(self._clock_shift),
        }
        command = [str(tool("emulator", "python")), "-m", "cli.local.emulator"]
        log = self._state.logs / "emulator.log"
        self._children["emulator"] = Child("The emulator", command, log, environment)

    def _deploy(self, built: tuple[Path, str]) -> str:
        aws = self._account
        settings = {
            "StripeModes": "live,test",
            "StripeEventSourceName": EVENT_SOURCE,
            "MailchimpApiBaseUrl": f"{self.standins['mailchimp']}/3.0",
            "StripeApiBaseUrl": self.standins["stripe"],
            "RedactAtStripe": self._environment.get("REDACT_AT_STRIPE") or "false",
            "PlanAgainSeconds": "5",
            "CustomerServiceAddress": "service@shop.example",
            "DpoAddress": "dpo@shop.example",
            "MailRelay": self._mailbox.relay,
            "SesEndpointUrl": self.standins["ses"],
            "PagesBaseUrl": self.base_url,
            # longer than a stop and a start
            "LetterSilenceSeconds": self._environment.get("LETTER_SILENCE_SECONDS") or "30",
            "ChallengeSlotSeconds": "5",
        }
        deployed = deploy(aws, built, settings)
        self._mail_bucket = deployed.storage["MailBucketName"]
        for output, name in SECRET_OUTPUTS.items():
            value = json.dumps(self.secrets[name])
            aws.client("secretsmanager").put_secret_value(
                SecretId=deployed.storage[output], SecretString=value
            )
        return deployed.api

    def _let_in(self, door: FrontDoor) -> None:
        """Start streams and queues, and send requests to the emulator that runs now."""
        aws = self._account
        sessions = local_sessions(aws, BACK_OFFICE)
        self._ask_emulator("open")
        door.open(Target(self._ports["emulator"], self._api, self.operators, sessions))

    def _keep_mail(self, mail_id: str, message: bytes) -> None:
        if self._clock_shift:  # S3 dates what it stores in today
            S3Mail(self.aws("s3"), self._mail_bucket).replace(mail_id, message, self._now())
            return
        self.aws("s3").put_object(Bucket=self._mail_bucket, Key=f"inbound/{mail_id}", Body=message)

    def _now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._clock_shift)

    def _ask_emulator(self, what: str) -> Any:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_local/{what}", timeout=60) as answer:  # noqa: S310
                return json.load(answer)
        except OSError as error:
            raise Trouble(
                f"The emulator does not answer ({error}): see {self._state.logs}/emulator.log."
            ) from None

    def _write_office(self) -> None:
        """Tell the operator's command where we are."""
        content = {
            "pid": os.getpid(),
            "base_url": self.base_url,
            "smtp_port": self.smtp_port,
            "region": REGION,
            "clock_shift_seconds": self._clock_shift,
            "aws_endpoint_url": self.endpoint,
            "standins": self.standins,
            "secrets_file": str(self._state.secrets),
            "operators": {
                key.role: {"access_key_id": key.access_key_id, "secret_access_key": key.secret_access_key}
                for key in self.operators
            },
        }
        private_file.write(self._state.office, content)


def _check_policy() -> None:
    """The one file that is changed by hand: better told here than by functions that cannot start."""
    try:
        policy.check()
    except policy.InvalidPolicy as error:
        raise Trouble(str(error)) from None


@contextmanager
def running(
    state_dir: Path | str = DEFAULT_STATE,
    port: int = 0,
    *,
    tell: Tell = to_nobody,
    environment: Mapping[str, str] | None = None,
    clock_shift: float = 0.0,
    past: bool = False,
    smtp_port: int = 0,
    mail_relay: str = "",
) -> Iterator[BackOffice]:
    """Run a back office for the length of the block. Port 0 is any free one. Raises Trouble.

    past: where the state directory is new, the stand-in shop has three years of orders and members behind it.
    mail_relay: the shop's mail host, where it takes contact@'s mail and copies it; empty: SES takes it itself.
    environment: in the place of the process's own; REDACT_AT_STRIPE, LETTER_SILENCE_SECONDS.
    """
    settings = os.environ if environment is None else environment
    office = BackOffice(
        Path(state_dir),
        port,
        tell,
        settings,
        clock_shift=clock_shift,
        past=past,
        smtp_port=smtp_port,
        mail_relay=mail_relay,
    )
    office.start()
    try:
        yield office
    finally:
        office.stop()
