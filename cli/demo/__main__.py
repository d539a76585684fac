"""Build, start, tell the story, show what came of it, stop."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from cli.demo import picture
from cli.demo.stage import Stage
from cli.demo.story import CAMILLE, PEOPLE, Chapter, Scene, chapters, ending
from cli.local.backoffice import DEFAULT_STATE, running
from cli.local.steps import to_terminal
from cli.local.trouble import Trouble
from privacy.domain.clocks import PARIS, paris_day

STATE = DEFAULT_STATE / "demo"
#: Characters after which what Mailchimp has gets a line of its own.
LONG = 70


def main() -> int:
    """Tell the story on a back office of its own. Exit status 0 if all of it happened."""
    started = time.monotonic()
    shutil.rmtree(STATE, ignore_errors=True)
    print("The privacy back office, as template.yaml describes it, on this machine:\n", flush=True)
    try:
        with running(STATE, tell=to_terminal) as office:
            stage = Stage(office)
            stage.open()
            _tell(stage)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"\nDone in {time.monotonic() - started:.0f} s. `make run` opens one that stays.")
    print("`.venv/bin/privacy --help` teaches the rest.")
    return 0


def _tell(stage: Stage) -> None:
    for chapter in chapters(paris_day(datetime.now(UTC))):
        _play_all(chapter, stage)
    found = {address: stage.look_up(address) for address in PEOPLE}
    has = {address: stage.mailchimp(address) for address in PEOPLE}
    _chapter("What the shop knows and may do now, and what Mailchimp has")
    _print(picture.people(found, has))
    _print(picture.agreement(found, has))
    _chapter(f"Why no offers go to {CAMILLE.partition('@')[0]}, and what proves what she once said")
    _print(picture.consent(found[CAMILLE]["person"]))
    _chapter("What is to be answered, the most urgent first (`privacy requests`)")
    _print(f"  {line}" for line in stage.requests().splitlines())
    _play_all(ending(), stage)
    _chapter("In numbers")
    _print(picture.numbers(stage))


def _play_all(chapter: Chapter, stage: Stage) -> None:
    _chapter(chapter.title)
    for scene in chapter.scenes:
        _play(scene, stage)


def _play(scene: Scene, stage: Stage) -> None:
    said = scene.act(stage).splitlines()
    stage.office.wait_until_idle(60)
    if scene.watched:
        has = f"at Mailchimp: {picture.MEMBERS[stage.mailchimp(scene.watched)]}"
        said = [f"{said[0]}; {has}"] if len(said) == 1 and len(said[0]) < LONG else [*said, has]
    print(f"  {datetime.now(PARIS):%H:%M:%S}  {scene.what} ({scene.rule})")
    for n, line in enumerate(said):
        print(f"            {' ' if n else '→'} {line}", flush=True)


def _chapter(title: str) -> None:
    print(f"\n{title}\n")


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


if __name__ == "__main__":
    sys.exit(main())
