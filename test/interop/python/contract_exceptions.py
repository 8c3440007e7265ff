"""What schemathesis calls a failure and is none, each with the reason.

Most are of one check: what the document allows is to be accepted. A JSON Schema says what a request looks like; what there
is, and what fits to it, only the server knows. It says so itself: such errors have `"meta": {"well-formed": true}`. A request
that the document allows and the server refuses for its form remains a failure: one of the two is wrong.
"""

import json
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WellFormed:
    """A request that the document allows, refused with errors that all say that its form is right."""

    reason: str

    def holds(self, failure: Any, case: Any, response: Any) -> bool:
        errors = errors_of(response)
        return failure.code == "ST202" and errors != [] and all(map(is_beyond_form, errors))


@dataclass(frozen=True)
class NothingGiven:
    """A request that the document does not allow, taken because what is wrong in it is nothing at all."""

    reason: str

    def holds(self, failure: Any, case: Any, response: Any) -> bool:
        if failure.code != "ST201":
            return False
        query = case.query or {}
        wrong = re.search(r"parameter `([^`]+)` in query", str(failure.message))
        names = ("include", "sort", *(wrong.groups() if wrong else ()))
        is_empty = any(name in query and is_nothing(query[name]) for name in names)
        return case.body is None or is_empty or says_nothing(failure, case.body)


@dataclass(frozen=True)
class TooLong:
    """What is too long to be read is told so, and nothing else of it."""

    reason: str

    def holds(self, failure: Any, case: Any, response: Any) -> bool:
        codes = {413: ("ST201", "ST202"), 431: ("ST103", "ST201", "ST202")}
        return failure.code in codes.get(response.status_code, ())


@dataclass(frozen=True)
class OfPath:
    reason: str
    code: str
    path: re.Pattern[str]

    def holds(self, failure: Any, case: Any, response: Any) -> bool:
        return failure.code == self.code and self.path.search(case.operation.path) is not None


def is_nothing(value: Any) -> bool:
    """An empty text, or a list of such: `,` is two."""
    return all(map(is_nothing, value)) if isinstance(value, list) else isinstance(value, str) and value.strip(",") == ""


def says_nothing(failure: Any, body: Any) -> bool:
    """
    Whether the value that the failure names is null, or says the type of something related, which is known by its place:
    `in body - data -> type: Incorrect type`.
    """
    named = re.search(r"in body - (.+): Incorrect type", str(failure.message))
    if named is None:
        return False
    if re.search(r"-> relationships -> .* -> type$", named.group(1)):
        return True
    value = body
    for step in named.group(1).split(" -> "):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return False
    return value is None


def errors_of(response: Any) -> list[Any]:
    try:
        errors = json.loads(response.content)["errors"]
        return errors if isinstance(errors, list) else []
    except (ValueError, KeyError, TypeError):
        return []


def is_beyond_form(error: Any) -> bool:
    """Whether the server says that what is refused is what a request asks for, and not its form."""
    return isinstance(error, dict) and error.get("meta", {}).get("well-formed") is True


EXCEPTIONS = [
    WellFormed("what is asked for does not fit to what there is, or to another value of the request"),
    OfPath("sign-in speaks the errors of OAuth, whose parameters are said in words", "ST202", re.compile(r"^/oauth/")),
    TooLong("a body, or an address, that is longer than any may be is not read"),
    NothingGiven("null is taken for what is left out, and so are an empty parameter and the type of what is related"),
    OfPath("each event of a stream is not the text that the document describes: they are parts of it", "ST108", re.compile("")),
]
