"""What the parameters and the results of all jobs share, and how wrong ones are refused."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tellapart.errors import InvalidRequest
from tellapart.store.tables import JobKind

_UNITS_S = {"": 1, "s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([smh]?)\s*")


def duration_s(text: str) -> float:
    """Seconds from words such as `90`, `90s`, `10m` or `1.5h`.

    Raises:
        ValueError: it is not such a word, or not more than nothing.
    """
    found_s = seconds_in_words(text)
    if not found_s:
        raise ValueError(f"{text[:40]!r} is no time budget. Write it like 90s, 10m or 1h")
    return found_s


def seconds_in_words(text: str) -> float | None:
    """Seconds from words such as `0`, `90`, `90s`, `10m` or `1.5h`; None from others."""
    found = _DURATION.fullmatch(text)
    return float(found[1]) * _UNITS_S[found[2]] if found else None


def _duration(text: str) -> str:
    duration_s(text)
    return text


def _writable(text: str) -> str:
    """Refuse half a character, which JSON can spell (`ud800`) and no answer could hold."""
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("has half of a character")
    return text


# Text that a client sends and that is kept.
Text = Annotated[str, AfterValidator(_writable)]
DurationText = Annotated[
    Text,
    AfterValidator(_duration),
    Field(json_schema_extra={"pattern": rf"^{_DURATION.pattern}$"}),
]


class JobResult(BaseModel):
    """Parent of the results."""

    model_config = ConfigDict(
        protected_namespaces=(), json_schema_serialization_defaults_required=True
    )


Result = TypeVar("Result", bound=JobResult)


class JobParams(BaseModel, Generic[Result]):
    """Parent of the parameters; `Result` is what a job with them comes to."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    kind: ClassVar[JobKind]
    result: ClassVar[type[JobResult]]


Contract = TypeVar("Contract", bound=BaseModel)


def checked(contract: type[Contract], values: Mapping[str, Any]) -> Contract:
    """The values as a contract.

    Raises:
        InvalidRequest: a field is unknown, missing or wrong; the message names it.
    """
    try:
        return contract.model_validate(values)
    except ValidationError as error:
        raise InvalidRequest(f"{in_words(error.errors())}.") from None


def in_words(errors: Iterable[Mapping[str, Any]]) -> str:
    """What pydantic found wrong, each with the name of its field."""
    return "; ".join(_fault(error) for error in errors)


def _fault(error: Mapping[str, Any]) -> str:
    field = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"there is no field {field!r}"
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{field}: {said}" if field else said
