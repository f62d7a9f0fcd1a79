from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, select

from tellapart.dataset.issues import quality_summary
from tellapart.errors import JobCancelled
from tellapart.jobs.contracts import CheckParams
from tellapart.jobs.progress import NullReporter
from tellapart.settings import Settings
from tellapart.store import tables
from tellapart.workflows.data.check_labels import check_labels, check_labels_later
from tellapart.workspace import Workspace
from tests.support.models.training_sets import Recorder

ALL_BLOCKS = {"columns": 3328, "layers": "last layer and all blocks"}
LABELS_ONLY = CheckParams(labels_only=True)
NOTHING_BETTER = "There is nothing better to judge labels by than the last check had."


@pytest.fixture
def trained(trained_settings: Settings) -> Iterator[Workspace]:
    """Pictures and a probe, with the checks that follow by themselves."""
    settings = trained_settings.model_copy(update={"check_after_import": True})
    with Workspace(settings=settings) as opened:
        yield opened


def choose(workspace: Workspace, changes: dict[str, Any]) -> None:
    """As if training had chosen other features."""
    with workspace.storage.database.writing() as session:
        row = session.get(tables.ModelVersion, 1)
        assert row is not None
        row.parameters = {**row.parameters, **changes}


def checks(workspace: Workspace) -> list[tuple[str, dict[str, Any]]]:
    """The checks of a workspace, oldest first: how far each is, and what is asked of it."""
    with workspace.storage.database.reading() as session:
        query = select(tables.Job).where(tables.Job.kind == "check").order_by(tables.Job.created_at)
        return [(job.status, dict(job.params)) for job in session.scalars(query)]


class StoppedAt(NullReporter):
    """Of a job that is cancelled when a stage begins."""

    def __init__(self, stage: str) -> None:
        self.at = stage
        self.stopped = False

    def stage(self, name: str, share: float | None) -> None:  # noqa: ARG002
        """Stop at the next look."""
        self.stopped |= name == self.at

    def check_cancelled(self) -> None:
        """Raise once it is stopped."""
        if self.stopped:
            raise JobCancelled("Stopped.")


def image_checks(workspace: Workspace) -> dict[int, list[float | None]]:
    """Of each image what is known beside its label."""
    with workspace.storage.database.reading() as session:
        rows = session.scalars(select(tables.ImageCheck)).all()
        return {
            row.image_id: [row.near_duplicate_score, row.outlier_score, row.map_x, row.map_y]
            for row in rows
        }


def label_scores(workspace: Workspace) -> dict[int, float | None]:
    """Of each image that was checked."""
    with workspace.storage.database.reading() as session:
        query = select(tables.ImageCheck.image_id, tables.ImageCheck.label_score)
        return {row[0]: row[1] for row in session.execute(query)}


def test_labels_are_judged_anew_by_what_training_has_found_since(trained: Workspace) -> None:
    choose(trained, {"columns": 1280, "layers": "last layer"})
    wrong = 1
    assert trained.change_images([wrong], label="dogs") == 1
    trained.check()
    before, others, scores = trained.insights(), image_checks(trained), label_scores(trained)
    assert before.label_check is not None
    choose(trained, ALL_BLOCKS)
    with trained.storage.database.writing() as session:
        session.execute(delete(tables.ImageIssue).where(tables.ImageIssue.kind == "label"))
    log = Recorder()
    found = trained.run(LABELS_ONLY, log)
    after = trained.insights()
    assert after.label_check is not None
    assert after.label_check.layers == ALL_BLOCKS["layers"]
    assert found.labels == after.label_check.verdict
    assert f"Labels, judged anew: {found.labels}" in log.messages
    with trained.storage.database.reading() as session:
        suspects = session.scalars(
            select(tables.ImageIssue.image_id).where(tables.ImageIssue.kind == "label")
        ).all()
    assert wrong in suspects
    assert found.issues["label"] == after.issues["label"] == len(suspects)
    assert label_scores(trained).keys() == scores.keys()
    assert label_scores(trained) != scores
    # All else is as the last check has found it.
    assert image_checks(trained) == others
    assert (after.checked_version, after.checked_at) == (before.checked_version, before.checked_at)
    again = Recorder()
    assert trained.run(LABELS_ONLY, again).labels is None
    assert again.messages == [NOTHING_BETTER]
    assert trained.insights().label_check == after.label_check


def test_a_check_that_is_stopped_changes_nothing(trained: Workspace) -> None:
    trained.check()
    choose(trained, ALL_BLOCKS)
    before, scores = trained.insights(), label_scores(trained)
    with pytest.raises(JobCancelled):
        check_labels(trained.storage, StoppedAt("Looking for wrong labels"))
    assert (trained.insights(), label_scores(trained)) == (before, scores)


def test_images_that_were_never_checked_are_left_to_the_next_check(trained: Workspace) -> None:
    with trained.storage.database.writing() as session:
        session.execute(delete(tables.ImageCheck))
    assert trained.run(LABELS_ONLY).labels is None
    trained.check()
    with trained.storage.database.writing() as session:
        session.execute(delete(tables.ImageCheck).where(tables.ImageCheck.image_id > 30))
    choose(trained, ALL_BLOCKS)
    assert trained.run(LABELS_ONLY).labels is not None
    assert max(label_scores(trained)) == 30


def test_only_where_a_training_knows_better_a_check_follows(trained: Workspace) -> None:
    check_labels_later(trained.storage)
    assert checks(trained) == [], "nothing was checked yet"
    trained.check()
    check_labels_later(trained.storage)
    assert len(checks(trained)) == 1, "by the same features"
    choose(trained, ALL_BLOCKS)
    for _ in range(2):
        check_labels_later(trained.storage)
    assert checks(trained)[1:] == [("queued", {"labels_only": True})]
    without = trained.settings.model_copy(update={"check_after_import": False})
    with Workspace(settings=without) as other:
        check_labels_later(other.storage)
    assert len(checks(trained)) == 2


def test_a_check_of_everything_that_waits_is_enough_and_one_that_runs_is_not(
    trained: Workspace,
) -> None:
    job = trained.jobs.submit(CheckParams())
    check_labels_later(trained.storage)
    assert len(checks(trained)) == 1
    assert trained.jobs.claim("worker", job_id=job.id) is not None
    check_labels_later(trained.storage)
    assert checks(trained)[1:] == [("queued", {"labels_only": True})]


def test_a_training_is_followed_by_it(trained: Workspace) -> None:
    trained.check()
    with trained.storage.database.writing() as session:
        summary = quality_summary(session)
        assert summary is not None
        assert summary.label_check is not None
        summary.label_check = {**summary.label_check, "features": "of an earlier release"}
    trained.train(recipe="probe")
    assert checks(trained)[1:] == [("queued", {"labels_only": True})]
