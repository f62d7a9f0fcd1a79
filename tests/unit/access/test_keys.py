import pytest
from sqlalchemy import select

from tellapart.access.keys import Bearer, KeyRing
from tellapart.errors import InvalidRequest, NotFound
from tellapart.store.database import Database
from tellapart.store.tables import AccessKey


@pytest.fixture
def keys(database: Database) -> KeyRing:
    return KeyRing(database)


def test_a_key_is_found_again(keys: KeyRing) -> None:
    first, second = keys.create("phone", "predict"), keys.create("anna", "admin")
    assert keys.find(first) == Bearer("phone", "predict")
    assert keys.find(second) == Bearer("anna", "admin")
    assert first.startswith("tap_")
    assert len(first) > 50


def test_only_a_hash_is_kept(keys: KeyRing, database: Database) -> None:
    secret = keys.create("phone", "predict").split("_", 2)[2]
    with database.reading() as session:
        row = session.scalars(select(AccessKey)).one()
    assert secret not in str(vars(row))
    assert len(row.secret_hash) == 64


def test_scopes_include_those_before() -> None:
    label = Bearer("x", "label")
    assert [label.may(scope) for scope in ("predict", "label", "admin")] == [True, True, False]


def test_what_is_no_key_of_ours(keys: KeyRing) -> None:
    key = keys.create("phone", "predict")
    prefix, key_id, secret = key.split("_", 2)
    other = keys.create("other", "admin").split("_", 2)
    wrong = [
        "",
        "x",
        "tap",
        "tap_",
        f"tap_{key_id}",
        f"tap_{key_id}_",
        key[:-1],
        key + "x",
        "é\udc80",
    ]
    wrong += [f"{prefix}_{other[1]}_{secret}", f"{prefix}_%_{secret}", secret, key.upper()]
    assert [keys.find(each) for each in wrong] == [None] * len(wrong)


def test_a_revoked_key_is_none(keys: KeyRing) -> None:
    key = keys.create("phone", "predict")
    keys.revoke("phone")
    assert keys.find(key) is None
    with pytest.raises(NotFound, match="keys list"):
        keys.revoke("phone")
    again = keys.create("phone", "label")
    assert keys.find(again) == Bearer("phone", "label")
    assert keys.find(key) is None
    assert [(k.name, k.scope, k.revoked_at is None) for k in keys.list()] == [
        ("phone", "predict", False),
        ("phone", "label", True),
    ]


def test_a_name_is_given_once(keys: KeyRing) -> None:
    keys.create("phone", "predict")
    with pytest.raises(InvalidRequest, match="keys revoke phone"):
        keys.create(" phone ", "admin")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 81])
def test_names_that_cannot_be_used(keys: KeyRing, name: str) -> None:
    with pytest.raises(InvalidRequest, match="name"):
        keys.create(name, "predict")


def test_the_key_of_the_operator(database: Database) -> None:
    keys = KeyRing(database, "a-key-that-is-long-enough-for-it-y")
    assert not keys.is_empty()
    assert keys.find("a-key-that-is-long-enough-for-it-y") == Bearer("TELLAPART_ADMIN_KEY", "admin")
    assert keys.find("a-key-that-is-long-enough-for-it-z") is None
    assert keys.list() == []


def test_whether_anybody_has_a_key(keys: KeyRing) -> None:
    assert keys.is_empty()
    keys.create("phone", "predict")
    assert not keys.is_empty()
    keys.revoke("phone")
    assert keys.is_empty()
