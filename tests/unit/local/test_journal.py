"""The journal beside the emulator's snapshots."""

from pathlib import Path

from cli.local.emulator.journal import Journal


def test_what_was_appended_is_there_for_whoever_opens_it_next(tmp_path: Path) -> None:
    first = Journal(tmp_path)
    first.append({"n": 1})
    first.append({"n": 2})
    assert [entry["n"] for entry in Journal(tmp_path).entries()] == [1, 2]


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append({"n": 1})
    with (journal.generation / "journal").open("ab") as file:
        file.write(b'{"n": 2')
    assert [entry["n"] for entry in Journal(tmp_path).entries()] == [1]


def test_a_prepared_generation_counts_only_once_it_is_turned(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append({"n": 1})
    upcoming = journal.prepare()
    (upcoming / "dynamodb.json").write_text("{}")
    left_in_the_middle = Journal(tmp_path)
    assert [entry["n"] for entry in left_in_the_middle.entries()] == [1]

    upcoming = left_in_the_middle.prepare()
    (upcoming / "dynamodb.json").write_text("{}")
    left_in_the_middle.turn(upcoming)
    left_in_the_middle.append({"n": 2})
    after = Journal(tmp_path)
    assert [entry["n"] for entry in after.entries()] == [2]
    assert (after.generation / "dynamodb.json").exists()
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [after.generation.name]
