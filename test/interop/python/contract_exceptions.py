"""What schemathesis calls a failure and is none, each with the reason.

Most are of one check: what the document allows is to be accepted. A JSON Schema says what a request looks like; what there
is, and what fits to it, only the server knows.
"""

import json
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """A request that the document allows, refused with such a sentence."""

    reason: str
    sentence: re.Pattern[str]

    def holds(self, failure: Any, case: Any, response: Any) -> bool:
        return failure.code == "ST202" and any(map(self.sentence.search, sentences(response)))


@dataclass(frozen=True)
class NothingGiven:
    """A request that the document does not allow, taken because what is wrong in it is nothing at all."""

    reason: str

    def holds(self, failure: Any, case: Any, response: Any) -> bool:
        query = case.query or {}
        return failure.code == "ST201" and (case.body is None or query.get("include") in ("", [], [""]))


@dataclass(frozen=True)
class OfPath:
    reason: str
    code: str
    path: re.Pattern[str]

    def holds(self, failure: Any, case: Any, response: Any) -> bool:
        return failure.code == self.code and self.path.search(case.operation.path) is not None


def sentences(response: Any) -> list[str]:
    """What the errors of an answer say."""
    try:
        errors = json.loads(response.content)["errors"]
        return [f"{error.get('title', '')}: {error.get('detail', '')}" for error in errors]
    except (ValueError, KeyError, TypeError):
        return []


EXCEPTIONS = [
    Refusal(
        "an id that names nothing, or something of elsewhere",
        re.compile(r"\bnot (one of|a member of|a membership of|a workspace of) |is no (workspace|project) of "),
    ),
    Refusal("as many as there may be are there", re.compile(r"cannot exceed 10 bindings")),
    Refusal("a name that another has", re.compile(r"has already been taken|is already a member|is given twice")),
    Refusal("a time that has passed", re.compile(r"must be in the future")),
    Refusal(
        "what is asked for does not fit to what there is",
        re.compile(
            r"The last owner cannot leave|is pending: it has no content|Configuration version is missing"
            r"|A global set reaches every workspace already|cannot trigger runs of itself|admin cannot be renamed"
        ),
    ),
    Refusal(
        "attributes that only go together, or never do",
        re.compile(
            r"[Aa]gent pool must (not )?be specified|is required, unless|must not be set for|is not told to "
            r"|relate it, or name it with|cannot be set together|their values must be the same"
            r"|name the organization whose trail"
        ),
    ),
    Refusal(
        "a text with a grammar of its own",
        re.compile(r"must be an exact version|is not a valid resource address|it must be an address like"),
    ),
    Refusal("a checksum of something else", re.compile(r"is not the MD5 of the state")),
    Refusal("keys of terraform and of the environment are not alike", re.compile(r"key: must not hold")),
    Refusal("settings that the server was not started with", re.compile(r"The server was started with")),
    OfPath("sign-in speaks the errors of OAuth, whose parameters are said in words", "ST202", re.compile(r"^/oauth/")),
    NothingGiven("a body of null is none, and so is an empty include"),
    OfPath("what a path has no method for is not there: 404, as on the platform, and not 405", "ST204", re.compile("")),
]
