from pathlib import Path

import pytest

from tellapart.intake.sources.specs import is_remote, resolve_spec, split_spec


@pytest.mark.parametrize(
    "spec",
    [
        "builtin:digits",
        "cifar10",
        "builtin:fashion-mnist",
        "cats-vs-dogs",
        "kaggle:owner/name",
        "kaggle:owner/name/versions/3",
        "hf:owner/name.v2_x-y",
    ],
)
def test_specs_that_name_no_path(spec: str) -> None:
    assert is_remote(spec)


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "pictures",
        "/etc/passwd",
        "digits",
        "builtin:letters",
        "builtin:cifar10:/etc",
        "cifar10:/etc/passwd",
        "cifar10:",
        "fashion-mnist:x",
        "kaggle:",
        "kaggle:name",
        "kaggle:../name",
        "kaggle:owner/..",
        "hf:owner/name/../../x",
        "hf:/etc/passwd",
        "hf:owner/name\n",
        "hf:" + "a" * 300 + "/b",
        "quarantine:1",
    ],
)
def test_specs_that_must_not_come_from_another_machine(spec: str) -> None:
    assert not is_remote(spec)


def test_split_spec() -> None:
    assert split_spec("builtin:cifar10") == ("cifar10", "")
    assert split_spec("builtin:digits") == ("builtin", "digits")
    assert split_spec("cifar10:a:b") == ("cifar10", "a:b")
    assert split_spec("hf:a/b") == ("hf", "a/b")


def test_resolve_spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert resolve_spec("cifar10") == "cifar10"
    assert resolve_spec("cifar10:a/b.tar.gz") == f"cifar10:{tmp_path}/a/b.tar.gz"
    assert resolve_spec("hf:a/b") == "hf:a/b"
    assert resolve_spec("x" * 5000) == "x" * 5000
    (tmp_path / "cifar10").mkdir()
    assert resolve_spec("cifar10") == f"{tmp_path}/cifar10"
    assert resolve_spec("builtin:cifar10") == "builtin:cifar10"
