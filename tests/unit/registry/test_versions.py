import itertools
import threading
from dataclasses import replace

import pytest

from tellapart.dataset.statistics import ImageState
from tellapart.dataset.versions import write_version
from tellapart.errors import ModelNotFound, NoChampion, NotFound, PromotionRefused
from tellapart.registry.versions import ModelRegistry, NewModel
from tellapart.store.storage import Storage
from tellapart.store.tables import Image

pytestmark = pytest.mark.both_databases

NEW = NewModel(
    recipe="probe",
    backbone="efficientnet-lite0",
    dataset_version=1,
    class_names=["cats", "dogs"],
    parameters={"seed": 0},
    metrics={"accuracy": 0.9},
    report={"confusion_matrix": [[1, 0], [0, 1]]},
    artifacts={"onnx": ("a" * 64, 10)},
)


@pytest.fixture
def registry(storage: Storage) -> ModelRegistry:
    with storage.database.writing() as session:
        image = Image(
            content_hash="a" * 64, thumbnail_hash="b" * 64, original_name="a.jpg", format="JPEG",
            width_px=1, height_px=1, exif_orientation=1, size_bytes=1,
        )  # fmt: skip
        session.add(image)
        session.flush()
        states = {image.id: ImageState("cats", "train", "given")}
        write_version(session, states, author="", reason="test")
    return ModelRegistry(storage.database)


@pytest.fixture
def three(registry: ModelRegistry) -> ModelRegistry:
    """Versions 1, 2 and 3; none is in service."""
    for _ in range(3):
        registry.register(NEW)
    return registry


def history(registry: ModelRegistry) -> list[tuple[str, int | None, int]]:
    rows = reversed(registry.promotions().items)
    return [(row.action, row.from_version, row.to_version) for row in rows]


def test_what_is_registered_can_be_read(registry: ModelRegistry) -> None:
    version = registry.register(replace(NEW, job_id="job"))
    found = registry.get(version)
    assert version == 1
    assert found.row.class_names == ["cats", "dogs"]
    assert found.row.parameters == {"seed": 0}
    assert found.row.metrics == {"accuracy": 0.9}
    assert found.row.report == NEW.report
    assert found.row.job_id == "job"
    assert found.row.created_at.tzinfo is not None
    assert found.artifact("onnx").content_hash == "a" * 64
    assert found.aliases == ("challenger",)


def test_a_job_registers_once(registry: ModelRegistry) -> None:
    first = registry.register(replace(NEW, job_id="killed"))
    assert registry.register(replace(NEW, job_id="killed", parameters={"seed": 9})) == first
    assert registry.register(replace(NEW, job_id="killed", recipe="scratch")) == first + 1
    assert registry.get(first).row.recipe == "probe"
    assert registry.register(replace(NEW, job_id="another")) == 3
    assert registry.register(NEW) == 4
    assert registry.register(NEW) == 5


def test_a_new_version_is_the_challenger(three: ModelRegistry) -> None:
    assert three.alias("challenger") == 3
    assert three.alias("champion") is None
    assert three.get(2).aliases == ()


def test_files_of_a_version(three: ModelRegistry) -> None:
    with pytest.raises(NotFound, match="version 2 has no keras file"):
        three.get(2).artifact("keras")
    three.add_artifact(2, "keras", "k" * 64, 20)
    three.add_artifact(2, "keras", "l" * 64, 21)
    assert three.get(2).artifact("keras").content_hash == "l" * 64
    assert [file.format for file in three.get(2).artifacts] == ["onnx", "keras"]
    assert [file.format for file in three.get(1).artifacts] == ["onnx"]
    with pytest.raises(ModelNotFound):
        three.add_artifact(4, "keras", "k" * 64, 20)


@pytest.mark.parametrize("version", [0, -1, 4, 2**31, 2**63, 10**30, -(10**30)])
def test_versions_that_do_not_exist(three: ModelRegistry, version: int) -> None:
    with pytest.raises(ModelNotFound, match=f"no model version {version}.*models list"):
        three.get(version)
    with pytest.raises(ModelNotFound):
        three.promote(version, "")
    assert history(three) == []


def test_no_champion_at_first(three: ModelRegistry) -> None:
    with pytest.raises(NoChampion, match="tellapart train"):
        three.champion()
    assert three.rollback_target() is None
    with pytest.raises(PromotionRefused, match="no earlier champion"):
        three.rollback("")


def test_promotion_moves_the_aliases(three: ModelRegistry) -> None:
    row = three.promote(3, "It is better.")
    assert (row.action, row.from_version, row.to_version) == ("promote", None, 3)
    assert row.reason == "It is better."
    assert three.champion() == 3
    assert three.alias("challenger") is None
    assert three.get(3).aliases == ("champion",)
    three.promote(1, "")
    assert three.get(1).aliases == ("champion",)
    assert three.get(3).aliases == ()


def test_promoting_another_version_keeps_the_challenger(three: ModelRegistry) -> None:
    three.promote(1, "")
    assert three.alias("challenger") == 3


def test_the_champion_cannot_be_promoted_again(three: ModelRegistry) -> None:
    three.promote(2, "")
    with pytest.raises(PromotionRefused, match="Version 2 is the champion already"):
        three.promote(2, "")
    assert history(three) == [("promote", None, 2)]


def test_rollback_goes_back_one_champion_each_time(three: ModelRegistry) -> None:
    for version in (1, 2, 3):
        three.promote(version, "")
    assert three.rollback_target() == 2
    assert three.rollback("").to_version == 2
    assert three.rollback_target() == 1
    assert three.rollback("").to_version == 1
    assert three.rollback_target() is None
    with pytest.raises(PromotionRefused):
        three.rollback("")
    assert three.champion() == 1
    assert history(three) == [
        ("promote", None, 1),
        ("promote", 1, 2),
        ("promote", 2, 3),
        ("rollback", 3, 2),
        ("rollback", 2, 1),
    ]


def test_a_promotion_after_a_rollback_begins_from_there(three: ModelRegistry) -> None:
    three.promote(1, "")
    three.promote(2, "")
    three.rollback("")
    three.promote(3, "")
    assert three.rollback("").to_version == 1, "2 was taken back, and does not come again"


def test_the_same_version_twice_in_the_line(three: ModelRegistry) -> None:
    for version in (1, 2, 1):
        three.promote(version, "")
    assert three.rollback("").to_version == 2
    assert three.rollback("").to_version == 1


def test_threads_that_promote_and_roll_back_leave_one_line(three: ModelRegistry) -> None:
    three.promote(1, "")

    def change(version: int) -> None:
        for _ in range(10):
            try:
                three.promote(version, "")
                three.rollback("")
            except PromotionRefused:
                continue

    threads = [threading.Thread(target=change, args=(version,)) for version in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = list(reversed(three.promotions(limit=200).items))
    for before, after in itertools.pairwise(rows):
        assert after.from_version == before.to_version, "each change begins where the last ended"
    assert three.champion() == rows[-1].to_version


def test_pages_newest_first(three: ModelRegistry) -> None:
    first = three.page(limit=2)
    assert [model.row.version for model in first.items] == [3, 2]
    second = three.page(limit=2, cursor=first.next_cursor)
    assert [model.row.version for model in second.items] == [1]
    assert second.next_cursor is None
    assert all(model.artifact("onnx") for model in first.items)


def test_pages_of_promotions(three: ModelRegistry) -> None:
    for version in (1, 2, 3):
        three.promote(version, f"reason {version}")
    first = three.promotions(limit=2)
    second = three.promotions(limit=2, cursor=first.next_cursor)
    shown = [row.reason for row in (*first.items, *second.items)]
    assert shown == ["reason 3", "reason 2", "reason 1"]
    assert second.next_cursor is None
