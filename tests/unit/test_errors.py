import inspect
import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from tellapart import errors
from tellapart.errors import TellapartError


def tree(root: type[TellapartError] = TellapartError) -> Iterator[type[TellapartError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


ALL = [error for error in tree() if error.__module__.startswith(errors.__name__)]


def test_all_are_in_one_tree() -> None:
    defined = {
        found
        for _, found in inspect.getmembers(errors, inspect.isclass)
        if issubclass(found, Exception)
    }
    assert defined == set(ALL)


def test_codes_are_unique_and_for_programs() -> None:
    codes = [error.code for error in ALL]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z_]+", code) for code in codes)


@pytest.mark.parametrize("error", ALL, ids=lambda error: error.__name__)
def test_each_has_a_status_a_title_and_a_description(error: type[TellapartError]) -> None:
    assert error.status in {status.value for status in HTTPStatus}
    assert error.status >= 400
    assert error.title[0].isupper()
    assert error.__doc__
    assert str(error("A sentence.")) == "A sentence."


def test_what_a_client_did_wrong_is_no_fault_of_the_server() -> None:
    for error in (errors.InvalidImage, errors.SourceError, errors.DatasetError):
        assert all(400 <= child.status < 500 for child in tree(error))
