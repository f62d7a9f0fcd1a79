import inspect
import subprocess
import sys

import pytest

import tellapart
import tellapart.workspace
from tellapart import errors


def test_every_public_name_is_there() -> None:
    for name in tellapart.__all__:
        assert getattr(tellapart, name) is not None
    assert {"Workspace", "Settings", "TellapartError"} <= set(tellapart.__all__)
    assert sorted(tellapart.__all__) == sorted(set(tellapart.__all__))


def test_the_workspace_is_the_front_door() -> None:
    assert tellapart.Workspace is tellapart.workspace.Workspace


def test_other_names_are_no_part_of_it() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = tellapart.nonsense


def test_errors_that_are_public_are_ours() -> None:
    for name in tellapart.__all__:
        found = getattr(tellapart, name)
        if inspect.isclass(found) and issubclass(found, Exception):
            assert found is getattr(errors, name)


def test_what_is_public_is_described() -> None:
    for name in ("Workspace", "Settings", "TellapartError"):
        found = getattr(tellapart, name)
        assert found.__doc__
        for member, value in vars(found).items():
            if inspect.isfunction(value) and not member.startswith("_"):
                assert value.__doc__, f"{name}.{member}"


def test_the_package_is_light_until_it_is_used() -> None:
    code = "import sys, tellapart; print([n for n in ('numpy', 'sqlalchemy') if n in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert tellapart.__version__ == version("tellapart")
