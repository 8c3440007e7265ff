"""What schemathesis calls a failure and is none, each with the reason.

All but the last are of one check: what the document allows is to be accepted. A JSON Schema says what a request looks
like; what there is, and what fits to it, only the server knows.
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
        re.compile(
            r"not (one of|a member|a membership|a workspace|a project|a team|an agent pool|a user|there)"
            r"|is not known|does not exist|names? (no|nothing)|cannot be found|no such",
        ),
    ),
    Refusal("as many as there may be are there", re.compile(r"cannot exceed|at most \d+ ")),
    Refusal("a name that another has", re.compile(r"already|is taken|has been taken|must be unique")),
    Refusal("a time that has passed, or is too far away", re.compile(r"in the future|must be (before|after|within)")),
    Refusal(
        "what is asked for does not fit to what there is",
        re.compile(
            r"last owner|is pending|has no content|no configuration|cannot be (run|applied|queued|locked|removed|left)"
            r"|itself|default project|while|first|is managed",
        ),
    ),
    Refusal(
        "attributes that only go together, or never do",
        re.compile(
            r"must not be specified unless|unless|instead of|together|only (with|when|for|in)|at the same time"
            r"|is not told to|name it with|both|with (plan|save|refresh|is)-"
        ),
    ),
    Refusal("what keys of environment variables may hold is not for the others", re.compile(r"key: must not hold")),
    Refusal("an address is more than its characters", re.compile(r"(url|address|version|addrs?)\b.*(must|is not|like)")),
    Refusal("a key that is none", re.compile(r"private key|SSH key")),
    OfPath("sign-in speaks the errors of OAuth, whose parameters are said in words", "ST202", re.compile(r"^/oauth/")),
]
