"""What is wrong with a request, in words: pydantic's errors are written for programmers."""

import re
from collections.abc import Sequence
from typing import Any

_PLACES = {
    "body": "field {name} of the body",
    "query": "parameter {name} of the query",
    "path": "part {name} of the address",
    "header": "header {name}",
    "cookie": "cookie {name}",
}
_JSON = (
    "Send a JSON object such as {{{example}}}, in UTF-8, with the header Content-Type: "
    "application/json."
)
_NO_OBJECT = ("model_attributes_type", "model_type", "dict_type", "missing", "json_invalid")
_WHOLE, _YES_NO, _NUMBER = (
    f"Input should be {what}" for what in ("a whole number", "true or false", "a number")
)
_PLAIN = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), _WHOLE),
    **dict.fromkeys(("bool_parsing", "bool_type"), _YES_NO),
    **dict.fromkeys(("float_parsing", "float_type"), _NUMBER),
    "string_type": "Input should be text",
}
_SUBJECT = re.compile(r"^(Input|String|List|Tuple|Set|Dictionary|Value|Data|Number) should")


def in_words(errors: Sequence[Any], *, example: str = '"name": "value"') -> str:
    """Sentences that name what came, where, and what is read there instead.

    Args:
        errors: as pydantic gives them (`type`, `loc`, `msg`, `input`).
        example: what a JSON body looks like inside.
    """
    return " ".join(_sentence(entry, _JSON.format(example=example)) for entry in errors)


def _sentence(entry: Any, json_object: str) -> str:
    place, *parts = entry["loc"] or ("body",)
    if place == "body" and (not parts or entry["type"] == "json_invalid"):
        return f"{_wrong_body(entry)} {json_object}"
    name = repr(".".join(str(part) for part in parts))[:100]
    what = _PLACES.get(str(place), "value {name}").format(name=name)
    return f"{_problem(entry, f'The {what}')}."


def _wrong_body(entry: Any) -> str:
    if entry["type"] == "json_invalid":
        reason = str(entry.get("ctx", {}).get("error") or entry["msg"])
        return f"The body is no JSON: {reason[:1].lower()}{reason[1:]}."
    if entry["type"] == "missing" or entry.get("input") in (None, b"", ""):
        return "The body is empty, or null."
    if entry["type"] in _NO_OBJECT:
        return "The body is no JSON object, or was not announced as one."
    return f"{_problem(entry, 'The body')}."


def _problem(entry: Any, what: str) -> str:
    kind, text = entry["type"], str(entry["msg"]).removeprefix("Value error, ").rstrip(".")
    if kind == "missing":
        return f"{what} is missing"
    if kind == "extra_forbidden":
        return f"{what} is not one that is read here"
    if kind == "value_error":
        return f"{what}: {text}"
    text = _PLAIN.get(kind, text)
    if _SUBJECT.match(text):
        came = repr(entry.get("input"))
        shown = "" if len(came) > 60 else f"; it is {came}"
        return f"{_SUBJECT.sub(f'{what} should', text)}{shown}"
    return f"{what}: {text[:1].lower()}{text[1:]}"
