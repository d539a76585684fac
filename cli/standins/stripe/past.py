"""Lives a visit of the past through, by the acts that make everything else here."""

from collections.abc import Callable, Mapping

from cli.standins.http import Json
from cli.standins.past.cast import Visit

Acts = Mapping[str, Callable[..., Json]]


def relive(visit: Visit, acts: Acts, customer: str | None) -> str | None:
    """Let a visit happen; return the customer whom the person has since. `same` is the `customer` of before."""
    arguments = dict(visit.first.arguments)
    if arguments.get("customer") == "same":
        arguments["customer"] = customer or "new"
    made = acts[visit.first.act](**arguments, at=visit.first.at)
    of = made.get("invoice") or made["session"]
    for step in visit.then:
        acts[step.act](of=of, at=step.at, **step.arguments)
    return made.get("customer") or customer
