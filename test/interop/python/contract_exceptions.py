"""What schemathesis calls a failure and is none, each with the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Exception_:
    # The name of the failure's class.
    failure: str
    holds: Callable[[Any, Any], bool]
    reason: str


EXCEPTIONS: list[Exception_] = []
