"""How much a cold start does before its first request, against a bare client on the same packages."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bench.artifact import LAYER, command, environment
from bench.figures import Figure, exactly, megabytes, millions, times, within
from bench.instructions import Say, counted, told

WEBHOOKS = ("stripe_webhook", "mailchimp_webhook")


def handler(function: str) -> str:
    return f"functions.{function}.handler"


def measure(say: Say) -> Iterator[Figure]:
    say("a bare client")
    floor = counted(command("client"), environment(WEBHOOKS[0]))
    yield Figure(
        'floor: `boto3.client("dynamodb")`',
        f"{millions(floor)} instructions",
        run="process start to the client, the layer's own pruned and compiled packages",
    )
    for function in WEBHOOKS:
        say(f"{function} from process start")
        start = counted(command("start", handler(function)), environment(function))
        yield within(
            f"`{function}`, process start to a ready client",
            start / floor,
            1.10,
            f"{times(start / floor)} ({millions(start)})",
            run="the built handler imported as Lambda does; it builds its client and reads the policy file",
        )
    for function in WEBHOOKS:
        imported = told(command("imports", handler(function)), environment(function))
        yield exactly(
            f"`{function}`, source files compiled at import",
            len(imported["compiled"]),
            0,
            run="`compile` audit events of files",
        )
        yield Figure(f"`{function}`, modules loaded", str(imported["modules"]), run="`sys.modules`")
    yield from _sizes()


def _sizes() -> Iterator[Figure]:
    files = [path for path in LAYER.rglob("*") if path.is_file()]
    zipped = _zipped(files)
    data = [path for path in files if path.is_relative_to(LAYER / "python" / "botocore" / "data")]
    yield Figure("layer, unzipped", megabytes(_size(files)), run="bytes of files")
    yield within(
        "layer, zipped", zipped, 10e6, megabytes(zipped), bound="10 MB", run="deflate, what is uploaded"
    )
    yield within(
        "botocore's data",
        _size(data),
        3e6,
        megabytes(_size(data)),
        bound="3 MB",
        run="of the pruned services",
    )


def _size(files: list[Path]) -> int:
    return sum(path.stat().st_size for path in files)


def _zipped(files: list[Path]) -> int:
    with tempfile.TemporaryFile() as target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                archive.write(path, path.relative_to(LAYER))
        return target.tell()
