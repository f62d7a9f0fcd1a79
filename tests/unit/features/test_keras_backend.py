from importlib.machinery import ModuleSpec
from importlib.util import find_spec

import pytest

from tellapart.features.keras_backend import missing_libraries


def test_the_backend_decides_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert missing_libraries() == []
    monkeypatch.setenv("KERAS_BACKEND", "no_such_backend")
    assert missing_libraries() == ["no_such_backend"]


def test_jax_needs_tensorflow_to_export(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_tensorflow(name: str) -> ModuleSpec | None:
        return None if name == "tensorflow" else find_spec(name)

    monkeypatch.setattr("importlib.util.find_spec", without_tensorflow)
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert missing_libraries() == ["tensorflow"]
