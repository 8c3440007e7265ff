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
        if failure.code != "ST201":
            return False
        query = case.query or {}
        wrong = re.search(r"parameter `([^`]+)` in query", str(failure.message))
        names = ("include", "sort", *(wrong.groups() if wrong else ()))
        is_empty = any(name in query and is_nothing(query[name]) for name in names)
        return case.body is None or is_empty or says_nothing(failure, case.body)


@dataclass(frozen=True)
class OnlyRefuses:
    """An operation that is there to say why it cannot be done here: its document has no answer of success."""

    reason: str

    def holds(self, failure: Any, case: Any, response: Any) -> bool:
        answers = case.operation.definition.raw["responses"]
        return failure.code == "ST202" and not any(str(status).startswith(("2", "3")) for status in answers)


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
            r"\bnot (one of|a member of|a membership of|a workspace of|a team of) |is no (workspace|project) of "
            r"|is of another organization than"
        ),
    ),
    Refusal("as many as there may be are there", re.compile(r"cannot exceed 10 bindings")),
    Refusal("a name that another has", re.compile(r"has already been taken|is already a member|is given twice|has this run task already")),
    Refusal("a time that has passed", re.compile(r"must be in the future")),
    Refusal(
        "what is asked for does not fit to what there is",
        re.compile(
            r"The last owner cannot leave|is the default project of its organization|is (pending|discarded): it has no content|Configuration version is missing"
            r"|A global set reaches every workspace already|cannot trigger runs of itself|(admin|owners team) cannot be renamed"
            r"|cannot be changed from \w+; create another|cannot be set: the server itself asks"
            r"|sessions come with the cookie of a sign-in|transition not allowed|The verification was not accepted"
            r"|did not take the verification|names a team twice"
            r"|sensitive: cannot be unset|the policies of a run come from policy sets|triggers runs of \S.* already|A token ends no later than"
        ),
    ),
    Refusal(
        "attributes that only go together, or never do",
        re.compile(
            r"[Aa]gent pool must (not )?be specified|is required, unless|must not be set for|is not told to "
            r"|relate it, or name it with|cannot be set together|their values must be the same"
            r"|name the organization whose trail|name one of the two|are for destination-type email only"
            r"|is read-only when access level|or token alone|is not the same as password|Invalid include parameter"
            r"|enforce: says \S+, and enforcement-level|must be \S+, or be left out|name the run task of the organization"
        ),
    ),
    Refusal(
        "a text with a grammar of its own",
        re.compile(
            r"must be an exact version|must be HOST/NAMESPACE/TYPE|must be like linux_amd64|is not a valid resource address|it must be an address like"
            r"|must be a time zone|line \d+, column \d+: |is not text in UTF-8|is no state file|different characters"
            r"|must not begin as the names of|filter\[expiry_status\]: may name|The key cannot be read"
            r"|The provider cannot be mirrored|must be hashes as lock files have them|must be base64"
        ),
    ),
    Refusal("a checksum of something else", re.compile(r"is not the MD5 of the state")),
    Refusal("keys of terraform and of the environment are not alike", re.compile(r"[Kk]ey:? must not hold")),
    Refusal("settings that the server was not started with", re.compile(r"The server was started with|is not set up to send mail")),
    OfPath("sign-in speaks the errors of OAuth, whose parameters are said in words", "ST202", re.compile(r"^/oauth/")),
    OnlyRefuses("what is not here is refused in words, whatever is sent"),
    TooLong("a body, or an address, that is longer than any may be is not read"),
    NothingGiven("null is taken for what is left out, and so are an empty parameter and the type of what is related"),
    OfPath("each event of a stream is not the text that the document describes: they are parts of it", "ST108", re.compile("")),
]
