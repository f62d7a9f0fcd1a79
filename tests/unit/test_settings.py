from pathlib import Path

import pytest
from pydantic import ValidationError

from tellapart.settings import Settings


def test_every_setting_says_what_it_is() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert not field.is_required(), name


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLAPART_WORKSPACE", "/data/ws")
    monkeypatch.setenv("TELLAPART_PORT", "9000")
    monkeypatch.setenv("TELLAPART_JOB_LEASE_S", "1.5")
    found = Settings()
    assert (found.workspace, found.port, found.job_lease_s) == (Path("/data/ws"), 9000, 1.5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("JOB_LEASE_S", "0"),
        ("MAX_IMAGE_PIXELS", "0"),
        ("TEST_SHARE", "0.5"),
        ("TEST_SHARE", "0"),
        ("INFERENCE_THREADS", "0"),
        ("TARGET_PRECISION", "1"),
    ],
)
def test_wrong_values_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"TELLAPART_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_backbones_are_kept_in_the_workspace_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELLAPART_CACHE_DIR")
    assert Settings(workspace=Path("ws")).backbone_cache == Path("ws/cache")
    assert Settings(cache_dir=Path("/cache")).backbone_cache == Path("/cache")


def test_misspelt_names_are_told_with_the_nearest_setting() -> None:
    names = {"TELLAPART_MAX_UPLOAD_BYTE": "1", "TELLAPART_PORT": "1", "TELLAPART_COLOUR": "x"}
    assert Settings.unknown_names(names) == {
        "TELLAPART_MAX_UPLOAD_BYTE": "TELLAPART_MAX_UPLOAD_BYTES"
    }
