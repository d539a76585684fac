"""Who asks how many items stand in an index is told. ministack always says none; AWS counts every six hours."""

# ruff: noqa: SLF001  ministack has no public names for any of this

from typing import Any

from cli.local.emulator import inside


def install() -> None:
    """Count them whenever a table is described."""
    describe = inside.dynamodb._table_description

    def describe_with_sizes(name: str) -> Any:
        description = describe(name)
        table = inside.dynamodb._tables[name]
        for index in description.get("GlobalSecondaryIndexes", ()):
            keys = [key["AttributeName"] for key in index["KeySchema"]]
            index["ItemCount"] = sum(
                all(key in item for key in keys)
                for partition in table["items"].values()
                for item in partition.values()
            )
        return description

    inside.dynamodb._table_description = describe_with_sizes
