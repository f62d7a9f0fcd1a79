import threading
import time
from pathlib import Path

import pytest

from tellapart.errors import (
    InvalidRequest,
    JobCancelled,
    JobError,
    ModelNotFound,
    NoChampion,
    NotAnImage,
    PromotionRefused,
    SourceNotFound,
)
from tellapart.jobs.contracts import ImportParams
from tellapart.jobs.progress import NullReporter
from tellapart.settings import Settings
from tellapart.workspace import Workspace
from tests.support.images.builders import jpeg_bytes, make_image_folder
from tests.support.models.packages import colour_image, register_colour_model


def test_the_whole_way(trained_settings: Settings) -> None:
    with Workspace(settings=trained_settings) as workspace:
        assert workspace.champion() == 1
        model = workspace.models()[0]
        assert model.row.class_names == ["cats", "dogs", "owls"]
        assert model.row.metrics["accuracy"] > 0.8
        assert workspace.evaluate().accuracy == pytest.approx(model.row.metrics["accuracy"])
        answer = workspace.predict(jpeg_bytes(seed=4321, look="dogs"))
        assert answer.scores[0][0] == "dogs"
        assert workspace.insights().class_splits["cats"]["train"] > 5


def test_what_is_kept_of_a_training(trained_settings: Settings) -> None:
    with Workspace(settings=trained_settings) as workspace:
        report = workspace.report(1)
        assert sum(report["splits"].values()) == 36
        assert set(report["class_splits"]) == {"cats", "dogs", "owls"}
        assert report["leaks"] == 0
        wrong = report["metrics"]["total"] * (1 - report["metrics"]["accuracy"])
        mistakes = workspace.mistakes(1)
        assert len(mistakes) == round(wrong)
        right = workspace.mistakes(1, label="cats", predicted="cats")
        assert len(right) == report["confusion_matrix"][0][0] > 0
        assert right[0].distance_score is not None
        assert workspace.image(right[0].image_id).startswith(b"\xff\xd8")
        assert "| cats | " in workspace.model_card(1)
        assert workspace.last_learning_curve() is None


def test_a_path_or_bytes(workspace: Workspace, tmp_path: Path) -> None:
    workspace.promote(register_colour_model(workspace.storage))
    path = tmp_path / "red.png"
    path.write_bytes(colour_image("red"))
    for image in (path, str(path), path.read_bytes()):
        assert workspace.predict(image).scores[0][0] == "red"
    assert len(workspace.predict(path, top=1).scores) == 1


def test_images_that_cannot_be_used(workspace: Workspace, tmp_path: Path) -> None:
    workspace.promote(register_colour_model(workspace.storage))
    with pytest.raises(SourceNotFound, match=r"missing\.png cannot be read"):
        workspace.predict(tmp_path / "missing.png")
    with pytest.raises(InvalidRequest):
        workspace.predict(tmp_path)
    with pytest.raises(NotAnImage):
        workspace.predict(b"text")
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(workspace.settings.max_image_bytes + 1)
    with pytest.raises(InvalidRequest, match="too many for one picture"):
        workspace.predict(large)


def test_a_version_by_its_number(workspace: Workspace) -> None:
    register_colour_model(workspace.storage)
    with pytest.raises(NoChampion):
        workspace.predict(colour_image("red"))
    assert workspace.predict(colour_image("red"), version=1).model_version == 1
    with pytest.raises(ModelNotFound):
        workspace.predict(colour_image("red"), version=2)


def test_promotion_takes_effect_at_once(workspace: Workspace) -> None:
    for _ in range(2):
        workspace.promote(register_colour_model(workspace.storage))
    assert workspace.predict(colour_image("red")).model_version == 2
    workspace.rollback()
    assert workspace.predict(colour_image("red")).model_version == 1
    with pytest.raises(PromotionRefused):
        workspace.rollback()


def test_a_failure_says_why(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(JobError, match="no data set"):
        workspace.import_images(tmp_path / "missing")
    with pytest.raises(JobError, match="no pictures yet"):
        workspace.train()
    with pytest.raises(InvalidRequest, match="no time budget"):
        workspace.train(time_budget="soon")


def test_work_is_a_job_that_others_see(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_images(make_image_folder(tmp_path / "a", {"cats": 2}))
    job = workspace.jobs.page().items[0]
    assert (job.kind, job.status) == ("import", "succeeded")


def test_work_waits_for_its_turn(workspace: Workspace, tmp_path: Path) -> None:
    folder = make_image_folder(tmp_path / "a", {"cats": 2})
    workspace.jobs.submit(ImportParams(source="elsewhere"))
    other = workspace.jobs.claim("another process")
    assert other is not None
    timer = threading.Timer(0.5, workspace.jobs.fail, (other, "x", "Failed."))
    timer.start()
    assert workspace.import_images(folder).added == 2
    timer.join()
    before, after = workspace.jobs.get(other.id), workspace.jobs.page().items[0]
    assert before.finished_at is not None
    assert after.started_at is not None
    assert before.finished_at <= after.started_at


def test_work_that_somebody_stopped(workspace: Workspace, tmp_path: Path) -> None:
    class Stopping(NullReporter):
        def stage(self, name: str, share: float | None) -> None:  # noqa: ARG002
            for job in workspace.jobs.page().items:
                workspace.jobs.cancel(job.id)
            time.sleep(0.02)

    folder = make_image_folder(tmp_path / "a", {"cats": 200}, size=(8, 8))
    quick = workspace.settings.model_copy(update={"job_lease_s": 0.2})
    with (
        Workspace(settings=quick) as other,
        pytest.raises(JobCancelled, match="left out"),
    ):
        other.import_images(folder, reporter=Stopping())
    assert workspace.insights().dataset_version is None


def test_a_relative_path_is_understood_by_other_processes(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_image_folder(tmp_path / "a", {"cats": 2})
    monkeypatch.chdir(tmp_path)
    workspace.import_images("a")
    assert workspace.jobs.page().items[0].params["source"] == str(tmp_path / "a")
