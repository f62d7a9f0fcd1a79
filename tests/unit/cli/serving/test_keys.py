import pytest

from tellapart.access.keys import KeyRing
from tellapart.settings import Settings
from tellapart.store.storage import open_storage
from tests.support.command_lines import Run


def test_a_key_is_made_shown_once_and_revoked(run: Run) -> None:
    made = run("keys", "create", "phone", "--scope", "predict", "--json")
    key = made.json["key"]
    storage = open_storage(Settings())
    found = KeyRing(storage.database).find(key)
    storage.close()
    assert found is not None
    assert (found.name, found.scope) == ("phone", "predict")
    listed = run("keys", "list", "--json")
    assert [(each["name"], each["scope"], each["revoked_at"]) for each in listed.json["items"]] == [
        ("phone", "predict", None)
    ]
    assert key not in listed.out
    assert "phone" in run("keys", "list").out
    assert run("keys", "revoke", "phone").code == 0
    assert run("keys", "revoke", "phone").code == 1
    assert run("keys", "list", "--json").json["items"][0]["revoked_at"]


def test_in_words(run: Run) -> None:
    assert "keys create" in run("keys", "list").out
    made = run("keys", "create", "phone", "--scope", "label")
    assert made.out.startswith("tap_")
    assert "not shown again" in made.err
    again = run("keys", "create", "phone", "--scope", "label")
    assert (again.code, "revoke" in again.err) == (1, True)
    assert run("keys", "create", "phone").code == 2
    assert run("keys", "create", "phone", "--scope", "all").code == 2


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])  # noqa: S104
def test_serving_others_needs_a_key(run: Run, host: str) -> None:
    found = run("serve", "--host", host)
    assert found.code == 1
    assert "keys create NAME --scope admin" in found.err
    assert "--insecure" in found.err
    assert "TELLAPART_ADMIN_KEY" in found.err


def test_a_demo_for_others_needs_a_key(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tellapart.cli.serving.demo._prepare", lambda *_: None)
    monkeypatch.setenv("TELLAPART_HOST", "0.0.0.0")  # noqa: S104
    assert "keys create" in run("demo").err


def test_a_short_admin_key_is_refused_and_not_shown(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELLAPART_ADMIN_KEY", "hunter2")
    found = run("keys", "list")
    assert found.code == 1
    assert "TELLAPART_ADMIN_KEY" in found.err
    assert "hunter2" not in found.err
