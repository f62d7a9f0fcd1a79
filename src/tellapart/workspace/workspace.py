"""What can be done with a workspace, by noun: its data, its models, its answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from tellapart.dataset.edits import Edit, edit_images
from tellapart.dataset.entries import find_entry
from tellapart.dataset.history import Diff, diff, list_versions, restore
from tellapart.dataset.insights import Insights, read_insights
from tellapart.evaluation.metrics import ClassificationReport
from tellapart.images.preprocessing import ResizeMode
from tellapart.intake.sources.specs import resolve_spec
from tellapart.jobs.contracts import (
    GROUP_BY_NAME,
    CheckParams,
    CheckResult,
    ExportFormat,
    ExportParams,
    ImportParams,
    ImportResult,
    LearningCurveParams,
    LearningCurveResult,
    PromotionChoice,
    RecipeChoice,
    SplitMode,
    TrainingResult,
    TrainParams,
)
from tellapart.jobs.load_tests import LoadTestParams, LoadTestResult, Scenario
from tellapart.jobs.payloads import checked
from tellapart.jobs.progress import NullReporter, ProgressReporter
from tellapart.labeling.advice import learning_curve_of, read_advice
from tellapart.monitoring.drift import read_drift
from tellapart.monitoring.drift_report import Drift
from tellapart.monitoring.feedback import Verdict, give_feedback
from tellapart.monitoring.windows import window_until
from tellapart.registry.versions import CHAMPION, RegisteredModel
from tellapart.reports.data_report import data_report
from tellapart.reports.evaluation_report import evaluation_report
from tellapart.reports.model_card import model_card
from tellapart.serving.engine import Answer
from tellapart.store.named_files import read_named, write_named
from tellapart.store.tables import DatasetVersion, PredictionFeedback, Promotion, Split, now
from tellapart.workflows.models.compare_versions import Comparison, compare_versions
from tellapart.workflows.models.evaluate_model import evaluate_model, evaluate_source
from tellapart.workflows.models.list_mistakes import Mistake, list_mistakes
from tellapart.workflows.models.promote_model import promote_by_hand, roll_back
from tellapart.workflows.models.read_model_file import read_model_file
from tellapart.workflows.serving.run_load_test import submit_load_test
from tellapart.workspace.opened import user_name
from tellapart.workspace.reviewed import ReviewedWorkspace


class Workspace(ReviewedWorkspace):
    """A workspace folder, opened, and what can be done with it."""

    def import_images(
        self,
        source: str | Path,
        *,
        split: SplitMode = "auto",
        unlabeled: bool = False,
        group_by: str = GROUP_BY_NAME,
        reporter: ProgressReporter | None = None,
    ) -> ImportResult:
        """Bring in a folder, a ZIP, or a data set by its name, such as `hf:owner/name`.

        Args:
            source: what to bring in.
            split: put all images into this one; `auto` leaves it to the source and the shares.
            unlabeled: take the images without their classes.
            group_by: which images go to one split together: `auto`, those whose names show it;
                `none`; or a regular expression, those in whose path it finds the same.
            reporter: is told how far it is.

        Raises:
            InvalidRequest: an option is not one that there is.
            JobError: it failed; the message says why.
        """
        options = {"split": split, "unlabeled": unlabeled, "group_by": group_by}
        named = {"source": resolve_spec(source), "name": str(source), "author": user_name()}
        return self.run(checked(ImportParams, {**named, **options}), reporter)

    def train(
        self,
        *,
        recipe: RecipeChoice = "auto",
        backbone: str | None = None,
        epochs: int | None = None,
        time_budget: str | None = None,
        seed: int = 0,
        resize_mode: ResizeMode | None = None,
        promote: PromotionChoice = "auto",
        pseudo_labels: bool = False,
        reporter: ProgressReporter | None = None,
    ) -> TrainingResult:
        """Train on the current data set, evaluate, register, and promote when it is better.

        With `pseudo_labels` also on what the champion is sure of, of the images without a class.

        Raises:
            JobError: it failed; the message says why.
        """
        options = {"recipe": recipe, "backbone": backbone, "epochs": epochs, "seed": seed}
        more = {"time_budget": time_budget, "resize_mode": resize_mode, "promote": promote}
        options |= {**more, "pseudo_labels": pseudo_labels}
        return self.run(checked(TrainParams, options), reporter)

    def resume(self, job_id: str, reporter: ProgressReporter | None = None) -> TrainingResult:
        """Go on with a training that failed or was cancelled, from its last checkpoint.

        Raises:
            JobNotFound, JobNotResumable: there is no such training to go on with.
            JobError: it failed again; the message says why.
        """
        self.jobs.resume(job_id)
        return cast("TrainingResult", self._do(job_id, reporter))

    def insights(self) -> Insights:
        """What is in the data set."""
        with self.storage.database.reading() as session:
            return read_insights(session)

    def check(self, reporter: ProgressReporter | None = None) -> CheckResult:
        """Look for near-duplicates, doubtful labels and outliers in the whole data set.

        Raises:
            JobError: it failed; the message says why.
        """
        return self.run(CheckParams(), reporter)

    def write_data_report(self, path: Path) -> None:
        """Write the state of the data set as one HTML file, with images.

        Raises:
            InvalidRequest: the file cannot be written.
        """
        write_named(path, data_report(self.storage))

    def change_images(
        self,
        image_ids: Sequence[int],
        *,
        label: str | None = None,
        split: Split | None = None,
        excluded: bool | None = None,
        reason: str = "",
    ) -> int:
        """Relabel, move or exclude images, all or none; how many are different now.

        Raises:
            NotFound, InvalidRequest, InvalidClassName: nothing was changed.
        """
        edit = Edit(label, split, excluded)
        with self.storage.database.writing() as session:
            changed, _ = edit_images(
                session, image_ids, edit, self.settings, author=user_name(), reason=reason
            )
        return changed

    def dataset_versions(self) -> list[DatasetVersion]:
        """All versions of the data set, newest first."""
        with self.storage.database.reading() as session:
            return list_versions(session, limit=10_000).items

    def diff(self, version: int, other: int) -> Diff:
        """What changed from one dataset version to another; at most 10,000 images are named.

        Raises:
            NotFound: there is no such version.
        """
        with self.storage.database.reading() as session:
            return diff(session, version, other, limit=10_000)

    def restore(self, version: int, reason: str = "") -> DatasetVersion:
        """Make the content of an earlier dataset version the current one, as a new version.

        Raises:
            NotFound: there is no such version.
        """
        with self.storage.database.writing() as session:
            return restore(session, version, author=user_name(), reason=reason)

    def predict(
        self, image: str | Path | bytes, *, top: int = 5, version: int | None = None
    ) -> Answer:
        """Which class is in an image, given as a path or as the bytes of a file.

        Raises:
            InvalidImage: it is no usable image.
            NoChampion: no model is in service, and no version was named.
            ModelNotFound: there is no such version.
        """
        engine = self._engine(self.registry.champion() if version is None else version)
        if not isinstance(image, bytes):
            image = read_named(Path(image), self.settings.max_image_bytes)
        return engine.submit(image, top).result()

    def evaluate(
        self,
        version: int | None = None,
        *,
        on: str | Path | None = None,
        report: Path | None = None,
        reporter: ProgressReporter | None = None,
    ) -> ClassificationReport:
        """Judge a version (by default the champion) on the current test split.

        Args:
            version: its number.
            on: instead of the test split, a labelled source as in `import_images`, which is not
                imported.
            report: where to write the evaluation as an HTML file too.
            reporter: told how far it is, and what was left out.

        Raises:
            NoChampion, ModelNotFound: there is no such version.
            SourceError, DatasetError: there is nothing to judge it by.
            InvalidRequest: the file cannot be written.
        """
        chosen = self.registry.champion() if version is None else version
        observer = reporter or NullReporter()
        if on is None:
            found = evaluate_model(self.storage, chosen)
        else:
            found = evaluate_source(self.storage, chosen, resolve_spec(on), observer)
        if found.unknown:
            names = ", ".join(found.unknown)
            observer.log(f"The version does not know {names}: these pictures count as mistakes.")
        if report is not None:
            write_named(report, evaluation_report(found))
        return found.report

    def learning_curve(self, reporter: ProgressReporter | None = None) -> LearningCurveResult:
        """Find out whether more images would help, and which of those without a class.

        Raises:
            JobError: it failed; the message says why.
        """
        return self.run(LearningCurveParams(), reporter)

    def last_learning_curve(self) -> LearningCurveResult | None:
        """The learning curve that was computed last, here or by a check; None when none was."""
        with self.storage.database.reading() as session:
            row = read_advice(session)
        return None if row is None else learning_curve_of(row)

    def report(self, version: int) -> dict[str, Any]:
        """All numbers of the test of a version, as they were written when it was trained.

        Raises:
            ModelNotFound: there is no such version.
        """
        return dict(self.registry.get(version).row.report)

    def mistakes(
        self,
        version: int,
        *,
        label: str | None = None,
        predicted: str | None = None,
        limit: int = 50,
    ) -> list[Mistake]:
        """Test images that a version got wrong, the surest first; see `list_mistakes`.

        Raises:
            ModelNotFound, NotFound: there is no such version, or its answers were not kept.
        """
        found, _ = list_mistakes(
            self.storage, version, label=label, predicted=predicted, limit=limit
        )
        return found.items

    def image(self, image_id: int) -> bytes:
        """The file of an image of the data set, as it came.

        Raises:
            NotFound: there is none of this number.
        """
        with self.storage.database.reading() as session:
            name = find_entry(session, image_id).image.content_hash
        return self.storage.blobs.read(name)

    def compare(self, first: int, second: int) -> Comparison:
        """Two versions on the test images that both know.

        Raises:
            ModelNotFound, NotComparable: there is no such version, or no common image.
        """
        return compare_versions(self.storage, first, second)

    def model_card(self, version: int) -> str:
        """What a version is, how good, and where its limits are, as Markdown.

        Raises:
            ModelNotFound: there is no such version.
        """
        return model_card(self.registry.get(version))

    def models(self) -> list[RegisteredModel]:
        """All model versions, newest first."""
        return self.registry.page(limit=10_000).items

    def champion(self) -> int | None:
        """The version in service; None when there is none."""
        return self.registry.alias(CHAMPION)

    def promote(self, version: int, reason: str = "") -> Promotion:
        """Put a version into service, after trying that it loads and answers.

        Raises:
            ModelNotFound, ModelUnreadable, PromotionRefused: it stays as it was.
        """
        return promote_by_hand(self.registry, version, reason, self._engine)[0]

    def rollback(self, reason: str = "") -> Promotion:
        """Put the champion before this one back into service, after trying that it answers.

        Raises:
            PromotionRefused, ModelUnreadable: it stays as it was.
        """
        return roll_back(self.registry, reason, self._engine)[0]

    def export(
        self,
        version: int,
        export_format: ExportFormat,
        path: Path,
        reporter: ProgressReporter | None = None,
    ) -> int:
        """Write a model file, which is made first when it has to be, and return its size in bytes.

        Raises:
            ModelNotFound: there is no such version.
            NotFound: it has no int8 file: that was no faster, or less accurate.
            InvalidRequest: the file cannot be written.
            JobError: it could not be made; the message says why.
        """
        data = read_model_file(self.storage, version, export_format)
        if data is None:
            params = checked(ExportParams, {"version": version, "format": export_format})
            self.run(params, reporter)
            data = read_model_file(self.storage, version, export_format) or b""
        write_named(path, data)
        return len(data)

    def load_test(
        self,
        *,
        url: str,
        scenario: Scenario = "classic",
        users: int = 20,
        spawn_rate: float = 5,
        duration: str = "60s",
        any_host: bool = False,
        reporter: ProgressReporter | None = None,
    ) -> LoadTestResult:
        """Put a running server under load, and keep what was measured.

        Raises:
            ForeignTarget, TargetUnreachable, MissingDependency: there is nothing to ask, or no
                Locust to ask it.
            AlreadyRunning: another load test runs.
            JobError: it failed; the message says why.
        """
        options = {"url": url, "scenario": scenario, "users": users, "spawn_rate": spawn_rate}
        more = {"duration_s": duration, "any_host": any_host}
        job = submit_load_test(self.jobs, checked(LoadTestParams, {**options, **more}))
        return cast("LoadTestResult", self._do(job.id, reporter))

    def feedback(
        self, prediction_id: str, *, label: str | None = None, correct: bool | None = None
    ) -> PredictionFeedback:
        """Say which class was right, or whether an answer of the server was.

        Raises:
            NotFound: no prediction of this id is in the log.
            InvalidRequest: neither or both is said, or there is no such class.
        """
        with self.storage.database.writing() as session:
            return give_feedback(session, prediction_id, Verdict(label, correct))

    def drift(self, window: str = "1h") -> Drift:
        """Whether the images that a server was asked about are like those of the champion's test.

        Args:
            window: the time until now, such as `15m`, `1h` or `7d`.

        Raises:
            InvalidRequest: it is no window.
            BlobNotFound, ModelUnreadable: the champion's stored test answers are lost or damaged.
        """
        span = window_until(window, now())
        with self.storage.database.reading() as session:
            return read_drift(session, self._drift, span)
