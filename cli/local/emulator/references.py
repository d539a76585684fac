"""`!Ref` of a rule on a bus of its own is `bus|rule`, as in AWS. ministack gives the rule's name alone."""

# ruff: noqa: SLF001  ministack has no public names for any of this

from typing import Any

from cli.local.emulator import inside


def install() -> None:
    """Let CloudFormation know such rules by both names."""
    rule = inside.provisioners._RESOURCE_HANDLERS["AWS::Events::Rule"]
    create, update, delete = rule["create"], rule["update"], rule["delete"]

    def create_by_both(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        name, attributes = create(logical_id, properties, stack)
        return _both(name, properties), attributes

    def update_by_both(known_as: str, *change: Any, **more: Any) -> Any:
        name, attributes = update(_own(known_as), *change, **more)
        return _both(name, change[1]), attributes

    def delete_by_both(known_as: str, properties: dict[str, Any]) -> Any:
        return delete(_own(known_as), properties)

    rule |= {"create": create_by_both, "update": update_by_both, "delete": delete_by_both}


def _both(name: str, properties: dict[str, Any]) -> str:
    bus = properties.get("EventBusName")
    return name if bus in {None, "", "default"} else f"{bus}|{name}"


def _own(known_as: str) -> str:
    return known_as.rpartition("|")[2]
