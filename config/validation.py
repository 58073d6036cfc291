"""What pydantic found wrong, in the operator's words and at the operator's line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict
from pydantic_core import ErrorDetails

from config.complaint import Complaint, Path, Place, did_you_mean

_SHOWN = 60
_QUOTED = re.compile(r"'([^']*)'")
_FEW = 14
_UNSAID = "is not right"
_NEEDS: Mapping[str, str] = {
    "bool_type": "true or false",
    "date_type": "a date such as 2026-04-01",
    "dict_type": "a table",
    "finite_number": "a finite number",
    "float_type": "a number",
    "frozen_set_type": "a list",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_attributes_type": "a table",
    "model_type": "a table",
    "path_type": "a path in quotes",
    "string_type": "text in quotes",
    "tuple_type": "a list",
}
_LIMITS: Mapping[str, tuple[str, str]] = {
    "greater_than": ("gt", "a number above {}"),
    "greater_than_equal": ("ge", "a number of at least {}"),
    "less_than": ("lt", "a number below {}"),
    "less_than_equal": ("le", "a number of at most {}"),
    "string_too_short": ("min_length", "at least {} character"),
    "string_too_long": ("max_length", "at most {} characters"),
    "too_short": ("min_length", "at least {} item"),
}


class Part(BaseModel):
    """A table of a file: every key known, every type as written, nothing changed afterwards."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


def complaints(
    errors: Iterable[ErrorDetails],
    model: type[Part],
    place: Callable[[Path], Place],
    secret: Callable[[Path], bool] = lambda _: False,
) -> Iterator[Complaint]:
    """Turn errors into complaints. What stands under a secret path is never repeated."""
    for error in errors:
        path = path_of(error)
        value = _UNSAID if secret(path) else f"is {shown(error['input'])}"
        yield Complaint(place(path), _message(error, path, model, value))


def path_of(error: ErrorDetails) -> Path:
    """Give the path of an error in the file: without the marks that pydantic adds."""
    return tuple(part for part in error["loc"] if part != "[key]")


def shown(value: object) -> str:
    """Show a value as it stands in the file."""
    match value:
        case bool():
            text = str(value).lower()
        case str():
            text = f'"{value}"'
        case dict():
            return "a table"
        case list():
            return "a list"
        case dt.date() | dt.time():
            text = value.isoformat()
        case _:
            text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _message(error: ErrorDetails, path: Path, model: type[Part], value: str) -> str:
    kind = error["type"]
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return _unknown(str(path[-1]), _keys(model, path[:-1]))
    if kind in {"enum", "literal_error"}:
        return _choice(error, path, value)
    if needs := _needs(error):
        return f"{value}, needs {needs}"
    return error["msg"]


def _choice(error: ErrorDetails, path: Path, value: str) -> str:
    known = _QUOTED.findall(error["ctx"]["expected"])
    if error["loc"][-1] == "[key]":
        return _unknown(str(path[-1]), known)
    meant = "" if value == _UNSAID else did_you_mean(str(error["input"]), known)
    return f"{value}, needs one of {', '.join(known)}{meant}"


def _needs(error: ErrorDetails) -> str:
    kind = error["type"]
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        return words.format(error["ctx"][name])
    return error["msg"] if kind == "needs" else _NEEDS.get(kind, "")


def _unknown(word: str, known: Iterable[str]) -> str:
    known = list(known)
    meant = did_you_mean(word, known)
    if not meant and len(known) <= _FEW:
        meant = f"; known here: {', '.join(known)}"
    return f"unknown key{meant}"


def _keys(model: type[Part], path: Path) -> list[str]:
    """Name the keys of the table at a path of a model."""
    here: Any = model
    for part in path:
        if _is_part(here):
            annotation = here.model_fields[part].annotation
            here = _inner(annotation) if isinstance(annotation, UnionType) else annotation
        else:
            here = _inner(here)
    return list(here.model_fields) if _is_part(here) else []


def _inner(annotation: object) -> type[Part] | None:
    """Find the table inside an annotation: the type itself, a list's item, a mapping's value, one option."""
    if _is_part(annotation):
        return annotation  # type: ignore[return-value] # _is_part has just said so
    return next((found for arg in get_args(annotation) if (found := _inner(arg))), None)


def _is_part(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Part)
