"""Functions run apart: the interpreter's standard library, their artifact, their layers, their own environment.

ministack runs them in its own interpreter, with its site-packages and its environment in sight, and unpacks the
artifact and every layer again for each worker. Here a worker is `python -I -S -B function_runtime.py`, started
with the variables that Lambda gives and nothing else, on trees that are unpacked once.
"""

# ruff: noqa: SLF001  ministack has no public names for any of this

import hashlib
import io
import json
import queue
import shutil
import subprocess
import threading
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.local.emulator import inside

RUNTIME = Path(__file__).with_name("function_runtime.py")
SUPPORTED = "python3.13"
END_OF_LOG = "\x1e"  # as function_runtime.py writes it
LONGEST_WAIT_FOR_LOG = 0.25


@dataclass(frozen=True)
class Workshop:
    """Where functions are unpacked and what runs them."""

    python: str
    trees: Path
    endpoint: str
    clock_shift: float = 0.0

    def install(self) -> None:
        """Let ministack's pool of workers start ours."""
        shutil.rmtree(self.trees, ignore_errors=True)
        self.trees.mkdir(parents=True)
        workshop = self

        class IsolatedWorker(inside.lambda_runtime.Worker):  # type: ignore[misc]
            def _spawn(self) -> None:
                workshop.start(self)

            def _drain_stderr_bounded(self, *_: float) -> str:
                return logged(self._stderr_queue)

        inside.lambda_runtime.Worker = IsolatedWorker

    def start(self, worker: Any) -> None:
        """Start the process of one worker and wait until it has imported its handler."""
        config = worker.config
        if config.get("Runtime") != SUPPORTED:
            raise RuntimeError(
                f"{worker.func_name} wants {config.get('Runtime')}; only {SUPPORTED} runs here"
            )
        code = self._unpacked(worker.code_zip)
        layers = [self._unpacked(_layer_zip(layer)) for layer in config.get("Layers", [])]
        environment = function_environment(config, code, self.endpoint)
        worker._proc = subprocess.Popen(
            [self.python, "-I", "-S", "-B", str(RUNTIME)],
            cwd=code,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="backslashreplace",
            bufsize=1,
            env=environment,
        )
        worker._stderr_queue = queue.Queue()
        worker._stderr_thread = threading.Thread(target=worker._read_stderr, daemon=True)
        worker._stderr_thread.start()
        birth = {
            "path": [str(code), *(str(layer / "python") for layer in layers)],
            "handler": config.get("Handler", ""),
            "timeout": config.get("Timeout", 3),
            "arn": config.get("FunctionArn", ""),
            "clock_shift": self.clock_shift,
        }
        worker._proc.stdin.write(json.dumps(birth) + "\n")
        worker._proc.stdin.flush()
        first_word = worker._proc.stdout.readline()
        if not first_word:
            worker._proc.wait()
            raise RuntimeError(f"the worker of {worker.func_name} ended before it was ready")
        answer = json.loads(first_word)
        if answer["status"] != "ready":
            raise RuntimeError(f"{worker.func_name} cannot be imported: {answer['error']}")
        worker._start_time = time.time()

    def _unpacked(self, archive: bytes) -> Path:
        tree = self.trees / hashlib.sha256(archive).hexdigest()[:24]
        if not tree.exists():
            beside = tree.with_name(f"{tree.name}.{threading.get_ident()}")
            with zipfile.ZipFile(io.BytesIO(archive)) as contents:
                contents.extractall(beside)
            try:
                beside.rename(tree)
            except OSError:
                shutil.rmtree(beside)  # another worker was first
        return tree


def logged(lines: "queue.Queue[str]") -> str:
    """Return what an invocation logged: everything up to the line with which the runtime ends its log."""
    found = []
    with suppress(queue.Empty):
        while (line := lines.get(timeout=LONGEST_WAIT_FOR_LOG)) != END_OF_LOG:
            found.append(line)
    return "\n".join(found)


def function_environment(config: Mapping[str, Any], code: Path, endpoint: str) -> dict[str, str]:
    """What Lambda puts into a function's environment, and where the emulator answers for AWS."""
    _, region = inside.lambda_runtime._account_region_from_function_config(config)
    name = config.get("FunctionName", "")
    log_group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
    return {
        **config.get("Environment", {}).get("Variables", {}),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "LAMBDA_TASK_ROOT": str(code),
        "_HANDLER": config.get("Handler", ""),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{SUPPORTED}",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
        "AWS_LAMBDA_LOG_GROUP_NAME": log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": f"local/{time.time_ns()}",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": endpoint,
        **inside.lambda_runtime.execution_credentials(config),  # a session of the function's role
    }


def _layer_zip(layer: Any) -> bytes:
    archive: bytes | None = inside.lambda_service._resolve_layer_zip(layer)
    if archive is None:
        raise RuntimeError(f"the layer {layer} is not there")
    return archive
