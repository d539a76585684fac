"""`python -m cli.local run` at a terminal: what goes wrong is one line, what is stopped is stopped whole."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import pytest

from cli.local.places import REPOSITORY
from cli.local.ports import answers, free_port
from cli.main import main
from tests.stack.probes import eventually


@contextmanager
def started(state: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "cli.local", "run", "--state", str(state), "--port", str(port)]
    command += ["--smtp-port", "0"]
    process = subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(state: Path, port: int) -> tuple[int, list[str]]:
    """Run it to its end; return the exit status and what it said."""
    with started(state, port) as process:
        _, said = process.communicate(timeout=60)
        return process.returncode, said.splitlines()


def ports_of(state: Path) -> list[int]:
    return list(json.loads((state / "ports.json").read_text()).values())


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, said = ended(tmp_path / "state", port)
    assert status == 1
    assert said == [f"local back office: Port {port} is in use: stop what listens there, or set PORT=<port>."]


def test_a_port_that_is_no_port_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli.local", "run", "--state", str(tmp_path / "state")]
    for port in ("eight", "70000", "-1"):
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            env={**os.environ, "PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "Traceback" not in done.stderr


def test_a_second_one_on_the_same_data_is_one_line_and_the_first_stops_clean(tmp_path: Path) -> None:
    state, port = tmp_path / "state", free_port()
    with started(state, port) as first:
        assert eventually((state / "office.json").exists, 120)
        status, said = ended(state, free_port())
        assert status == 1
        assert len(said) == 1
        assert f"already runs on {state} (process {first.pid})" in said[0]
        assert (state / "office.json").stat().st_mode & 0o077 == 0
        first.send_signal(signal.SIGTERM)
        _, told = first.communicate(timeout=60)
        assert first.returncode == 0
        assert "Traceback" not in told
    assert not (state / "office.json").exists()
    assert not any(answers(each) for each in [port, *ports_of(state)])


def test_killing_it_leaves_nothing_running_and_the_next_start_works(tmp_path: Path) -> None:
    state, port = tmp_path / "state", free_port()
    with started(state, port) as first:
        assert eventually((state / "office.json").exists, 120)
        first.kill()
        first.wait()
        assert eventually(lambda: not any(answers(each) for each in [port, *ports_of(state)]))
    (state / "office.json").unlink()
    with started(state, port) as second:
        assert eventually((state / "office.json").exists, 120)
        second.send_signal(signal.SIGINT)
        second.communicate(timeout=60)
        assert second.returncode == 0


def test_a_new_users_shop_has_a_past_and_what_happens_there_is_heard(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state, somebody = tmp_path / "state", "lea.martin@example.org"
    with started(state, free_port()) as office:
        assert office.stdout is not None
        welcome = list(takewhile(lambda line: "Ctrl-C" not in line, office.stdout))
        assert any("The shop has a past: 1,260 orders by 700 people" in line for line in welcome)
        for words in (["checkout", f"email={somebody}", "box=ticked"], ["signup", f"email={somebody}"]):
            assert main(["shop", *words, "--state", str(state)]) == 0
        told = capsys.readouterr().out
        assert "answered 5 × 204" in told
        assert "answered 1 × 204" in told
        office.send_signal(signal.SIGTERM)
        assert office.wait(60) == 0
    kept = json.loads((state / "mailchimp.json").read_text())
    assert kept["past"]["members"]["total"] == 2000
    assert len(kept["audiences"][0]["members"]) == 2001
