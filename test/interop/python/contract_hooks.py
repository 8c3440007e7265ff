"""What schemathesis is told of the server beyond its OpenAPI document, and what it may not call a failure.

The world is the file that RUNWRIGHT_INTEROP_WORLD names: `ids` of things that exist, by their type, and `keep`: those
which no request of these tests may end, rename or replace. What the answers tell of is added to it.
"""

import atexit
import json
import os
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.core.parameters import ParameterLocation

from contract_exceptions import EXCEPTIONS

WORLD = json.loads(Path(os.environ["RUNWRIGHT_INTEROP_WORLD"]).read_text())
KEEP = set(WORLD["keep"])
# Seeded like all other randomness of the run.
CHANCE = random.Random(int(os.environ["RUNWRIGHT_INTEROP_SEED"]))
OFTEN = 0.85

made: dict[str, list[str]] = {}
statuses: Counter[int] = Counter()
excepted: Counter[str] = Counter()

# Segments and relationships whose names differ from the type that they refer to.
ALIASES = {
    "current-run": "runs",
    "sourceable": "workspaces",
    "default-agent-pool": "agent-pools",
    "agent-pool": "agent-pools",
    "allowed-workspaces": "workspaces",
    "excluded-workspaces": "workspaces",
    "allowed-projects": "projects",
    "rollback-state-version": "state-versions",
    "subscribable": "workspaces",
    "steps": "plans",
}


def known(names: str, is_ending: bool) -> list[str]:
    """The ids that may stand where the segment or relationship says so."""
    kinds = [names, f"{names}s", ALIASES.get(names, "")]
    made_ones = [identifier for kind in kinds for identifier in made.get(kind, [])]
    if is_ending:
        return made_ones
    return [identifier for kind in kinds for identifier in WORLD["ids"].get(kind, [])] + made_ones


def note(value: Any) -> None:
    """Remembers the resources that an answer tells of."""
    if isinstance(value, list):
        for item in value:
            note(item)
    if not isinstance(value, dict):
        return
    identifier, kind = value.get("id"), value.get("type")
    if isinstance(identifier, str) and isinstance(kind, str) and identifier not in KEEP:
        ids = made.setdefault(kind, [])
        if identifier not in ids:
            ids.append(identifier)
            del ids[:-40]
    for child in value.values():
        note(child)


def is_ending(method: str, path: str) -> bool:
    """Whether it may take away what the rest of the run works with."""
    return method == "DELETE" or (method in ("PATCH", "PUT") and path.endswith("/organizations/{organization}"))


def is_wanted(case: Any, location: ParameterLocation) -> bool:
    component = case.meta.components.get(location) if case.meta else None
    return component is not None and component.mode.is_positive


@schemathesis.hook
def map_case(context: Any, case: Any) -> Any:
    path, method = case.operation.path, case.operation.method.upper()
    ending = is_ending(method, path)
    if case.path_parameters and is_wanted(case, ParameterLocation.PATH):
        for names, parameter in re.findall(r"([^/]*)/\{([^}]+)\}", path):
            ids = known(names, ending)
            if ids and parameter in case.path_parameters and CHANCE.random() < OFTEN:
                case.path_parameters[parameter] = CHANCE.choice(ids)
    if isinstance(case.body, dict) and is_wanted(case, ParameterLocation.BODY):
        relate(case.body.get("data"), ending)
    return case


def relate(data: Any, ending: bool) -> None:
    """Gives relationships, and lists of what a relationship is changed by, ids of things that exist."""
    if isinstance(data, list):
        for item in data:
            if isinstance(item, dict) and isinstance(item.get("type"), str):
                choose(item, item["type"], ending)
    if not isinstance(data, dict):
        return
    attributes = data.get("attributes")
    # False would shut users' tokens out of the organization for the rest of the run.
    if isinstance(attributes, dict) and attributes.get("user-tokens-enabled") is False:
        attributes["user-tokens-enabled"] = True
    relationships = data.get("relationships")
    if not isinstance(relationships, dict):
        return
    for names, relationship in relationships.items():
        related = relationship.get("data") if isinstance(relationship, dict) else None
        for item in related if isinstance(related, list) else [related]:
            if isinstance(item, dict) and "id" in item:
                choose(item, names, False)


def choose(item: dict[str, Any], names: str, ending: bool) -> None:
    ids = known(names, ending)
    if ids and CHANCE.random() < OFTEN:
        item["id"] = CHANCE.choice(ids)


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    statuses[response.status_code] += 1
    if sum(statuses.values()) % 500 == 0:
        report()
    if response.status_code < 300 and "json" in response.headers.get("content-type", [""])[0]:
        try:
            note(json.loads(response.content))
        except ValueError:
            # The check of the answer's schema reports this.
            return


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    for exception in EXCEPTIONS:
        if exception.holds(failure, case, response):
            excepted[exception.reason] += 1
            return False
    return True


@atexit.register
def report() -> None:
    counts = {"requests": sum(statuses.values()), "statuses": statuses, "excepted": excepted}
    Path(os.environ["RUNWRIGHT_INTEROP_COUNTS"]).write_text(json.dumps(counts))
