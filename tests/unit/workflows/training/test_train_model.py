"""`auto` with real recipes on tiny images; one epoch is enough to see what becomes of it."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tellapart.errors import JobCancelled, JobError, TimeBudgetTooShort, TrainingError
from tellapart.jobs.contracts import BroughtNothing, TrainingResult
from tellapart.package.trained import TrainedModel
from tellapart.quality.checks import current_images
from tellapart.quality.duplicate_groups import Numbers
from tellapart.training.probe.recipe import ProbeModel
from tellapart.training.selection import train
from tellapart.workspace import Workspace
from tests.support.images.builders import make_image_folder
from tests.support.models.training_sets import Recorder

# The package gives the function by this name.
workflow = importlib.import_module("tellapart.workflows.training.train_model")
regrouping = importlib.import_module("tellapart.workflows.training.regroup_for_training")


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cats and dogs that are larger than what is trained from scratch."""
    folder = tmp_path_factory.mktemp("photos")
    with Workspace(folder / "workspace") as made:
        made.import_images(make_image_folder(folder / "photos", size=(80, 70)))
    return folder / "workspace"


@pytest.fixture
def photos(
    imported: Path, tmp_path: Path, copy_workspace: Callable[[Path, Path], Path]
) -> Iterator[Workspace]:
    """A copy of them."""
    with Workspace(copy_workspace(imported, tmp_path / "workspace")) as opened:
        yield opened


@pytest.fixture
def always_a_challenger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the first model makes no mistake."""
    monkeypatch.setattr(workflow, "_NOTHING_TO_WIN", -1)


def raise_in_finetune(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The probe is trained as ever; where `finetune` would begin, this happens."""

    def train_or_raise(recipe: str, *arguments: Any) -> TrainedModel:
        if recipe == "finetune":
            raise error
        return train("probe", *arguments)

    monkeypatch.setattr(workflow, "train", train_or_raise)


def what_brought_nothing(
    photos: Workspace, outcome: TrainingResult, log: Recorder
) -> BroughtNothing:
    """It is in the log and in the result, and kept with the version."""
    found = outcome.brought_nothing
    assert found is not None
    assert found.reason in log.messages
    assert not any(found.reason in said for said in outcome.compared)
    row = photos.registry.get(outcome.model_version).row
    assert row.report["brought_nothing"] == found.model_dump()
    assert found.reason in photos.model_card(row.version)
    return found


def test_auto_stops_when_nothing_is_left_to_win(photos: Workspace) -> None:
    log = Recorder()
    outcome = photos.train(reporter=log)
    assert outcome.versions == [outcome.model_version]
    assert photos.registry.get(outcome.model_version).row.recipe == "probe"
    assert photos.champion() == outcome.model_version
    found = what_brought_nothing(photos, outcome, log)
    assert (found.recipe, found.cause) == ("finetune", "nothing_to_win")
    assert found.reason.startswith("No finetune model is trained: the probe model is right about")


@pytest.mark.usefixtures("always_a_challenger")
def test_auto_stops_when_the_time_is_spent(
    photos: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "_LEAST_S", 1e9)
    log = Recorder()
    found = what_brought_nothing(photos, photos.train(reporter=log), log)
    assert found.cause == "too_little_time"
    assert found.reason == "No finetune model is trained: the time budget is spent."


def test_int8_is_tried_and_its_verdict_kept(photos: Workspace) -> None:
    settings = photos.settings.model_copy(update={"try_int8": True})
    with Workspace(settings=settings) as again:
        outcome = again.train(recipe="probe")
        verdict = again.registry.get(outcome.model_version).row.report["exports"]["int8"]
    assert "too few to judge it by" in verdict["reason"]


@pytest.mark.usefixtures("always_a_challenger")
@pytest.mark.parametrize(
    ("error", "cause", "reason"),
    [
        (TrainingError("The loss is nan."), "failed", "The loss is nan."),
        (TimeBudgetTooShort("It takes long."), "too_little_time", "It takes long."),
        (MemoryError(), "failed", "Memory ran out."),
        (OSError(28, "No space left on device"), "failed", "No space is left on the disk"),
        (ValueError("shapes differ"), "failed", "An unexpected error stopped the job: ValueError"),
    ],
)
def test_a_challenger_that_fails_leaves_the_first_in_service(
    photos: Workspace, monkeypatch: pytest.MonkeyPatch, error: Exception, cause: str, reason: str
) -> None:
    raise_in_finetune(monkeypatch, error)
    log = Recorder()
    outcome = photos.train(reporter=log)
    assert (outcome.versions, outcome.promoted, photos.champion()) == ([1], True, 1)
    found = what_brought_nothing(photos, outcome, log)
    assert found.cause == cause
    assert found.reason.startswith(f"No finetune model, version 1 stands: {reason}")


def nothing_gained(monkeypatch: pytest.MonkeyPatch) -> None:
    """`finetune` comes back with the probe that it began with."""

    def train_or_return(recipe: str, *arguments: Any) -> TrainedModel:
        trained = train("probe", *arguments)
        assert isinstance(trained, ProbeModel)
        return replace(trained, gained=recipe != "finetune")

    monkeypatch.setattr(workflow, "train", train_or_return)


@pytest.mark.usefixtures("always_a_challenger")
def test_a_challenger_that_gained_nothing_is_no_version(
    photos: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_gained(monkeypatch)
    log = Recorder()
    outcome = photos.train(reporter=log)
    assert outcome.versions == [1]
    assert len(photos.models()) == 1
    found = what_brought_nothing(photos, outcome, log)
    assert found.cause == "nothing_gained"
    assert found.reason.startswith("No finetune model, version 1 stands: no epoch made it better")


def test_a_finetune_that_was_asked_for_says_that_it_gained_nothing(
    photos: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_gained(monkeypatch)
    log = Recorder()
    outcome = photos.train(recipe="finetune", reporter=log)
    assert outcome.versions == [1]
    found = what_brought_nothing(photos, outcome, log)
    assert (found.recipe, found.cause) == ("finetune", "nothing_gained")
    assert found.reason.startswith("Nothing was gained: no epoch")


@pytest.mark.usefixtures("always_a_challenger")
def test_a_cancelled_challenger_is_not_a_failure(
    photos: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    raise_in_finetune(monkeypatch, JobCancelled())
    with pytest.raises(JobCancelled):
        photos.train()
    assert (photos.champion(), photos.jobs.page(kind="train").items[0].status) == (1, "cancelled")


def test_a_class_without_test_images_is_learned_and_not_judged(
    photos: Workspace, tmp_path: Path
) -> None:
    more = make_image_folder(tmp_path / "more", {"owls": 12}, size=(80, 70), first_seed=500)
    known = sum(sum(splits.values()) for splits in photos.insights().class_splits.values())
    photos.import_images(more)
    photos.change_images(range(known + 1, known + 13), split="train", reason="a test")
    model = photos.registry.get(photos.train(recipe="probe").model_version)
    report = model.row.report
    assert report["class_splits"]["owls"] == {"train": 12, "validation": 0, "test": 0}
    (judged,) = (each for each in report["per_class"] if each["label"] == "owls")
    assert judged["support"] == 0
    assert all(np.isfinite(value) for value in model.row.metrics.values() if value is not None)
    assert "| owls |" in photos.model_card(model.row.version)


def test_a_class_that_came_since_the_champion(photos: Workspace, tmp_path: Path) -> None:
    photos.train(recipe="probe")
    more = make_image_folder(tmp_path / "more", {"owls": 12}, size=(80, 70), first_seed=500)
    photos.import_images(more)
    outcome = photos.train(recipe="probe")
    assert photos.registry.get(outcome.model_version).row.class_names == ["cats", "dogs", "owls"]
    assert outcome.promoted


def test_labels_that_change_meanwhile_wait_for_the_next_training(photos: Workspace) -> None:
    before = photos.insights()

    class Relabels(Recorder):
        """Another person corrects and excludes images once the head has been fitted."""

        def log(self, message: str, **figures: float) -> None:
            super().log(message, **figures)
            if message.startswith("Chose C"):
                photos.change_images([1, 2, 3], label="owls", reason="a test")
                photos.change_images([4, 5], excluded=True, reason="a test")

    outcome = photos.train(recipe="probe", reporter=Relabels())
    model = photos.registry.get(outcome.model_version).row
    assert model.dataset_version == before.dataset_version
    assert model.class_names == ["cats", "dogs"]
    assert model.report["class_splits"] == before.class_splits
    again = photos.registry.get(photos.train(recipe="probe").model_version).row
    assert again.dataset_version == before.dataset_version + 2
    assert again.class_names == ["cats", "dogs", "owls"]
    assert sum(again.report["splits"].values()) == sum(model.report["splits"].values()) - 2


def test_a_failed_training_can_be_resumed(
    photos: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any) -> TrainedModel:
        raise TrainingError("The loss is nan.")

    with monkeypatch.context() as patch:
        patch.setattr(workflow, "train", fail)
        with pytest.raises(JobError, match="loss is nan"):
            photos.train(recipe="probe")
    (job,) = photos.jobs.page(kind="train").items
    assert job.status == "failed"
    assert photos.resume(job.id).model_version == 1
    assert photos.jobs.get(job.id).status == "succeeded"


def test_near_duplicates_that_its_embeddings_show_come_into_one_split_first(
    photos: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_pair(classes: Numbers, *_: object) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        with photos.storage.database.reading() as session:
            splits = current_images(session).splits
        own = [row for row in range(len(splits)) if classes[row] == classes[0]]
        pair = [next(row for row in own if splits[row] == split) for split in ("train", "test")]
        return np.array([pair]), np.array([0.99], np.float32)

    monkeypatch.setattr(regrouping, "find_similar", one_pair)
    log = Recorder()
    outcome = photos.train(recipe="probe", reporter=log)
    assert outcome.versions == [1]
    assert photos.registry.get(1).row.dataset_version == 2
    said = [message for message in log.messages if "moved to another split" in message]
    assert len(said) == 1
    assert "1 group of near-duplicates or of one name is in one split" in said[0]
    # It is asked no more: there is a version that was judged by the splits as they are.
    monkeypatch.setattr(regrouping, "find_similar", None)
    photos.train(recipe="probe")
    assert photos.insights().dataset_version == 2
