"""Train on the current data set, prove the export, evaluate, register, and promote if better.

With `auto` a quick model is offered first, and then a stronger one, its challenger.
"""

import shutil
import time
from dataclasses import replace

import structlog

from tellapart.dataset.training_set import TrainingSet, check_trainable, leave_out_untrained
from tellapart.errors import JobCancelled, TimeBudgetTooShort
from tellapart.features.backbones.own_networks import backbone_address
from tellapart.jobs.contracts import (
    BroughtNothing,
    NothingCause,
    PromotionChoice,
    Recipe,
    TrainingResult,
    TrainParams,
)
from tellapart.jobs.failures import INTERNAL_ERROR, failure
from tellapart.jobs.progress import JobProgress, ProgressReporter, SubProgress
from tellapart.jobs.queue import JobQueue
from tellapart.package.build import package_model
from tellapart.package.trained import TrainedModel
from tellapart.registry.promotion import Decision
from tellapart.registry.versions import ModelRegistry
from tellapart.store.storage import Storage
from tellapart.training.options import BY_REQUEST, BY_SHAPES, TrainingContext, TrainingOptions
from tellapart.training.selection import choose_recipes, train
from tellapart.workflows.models.promote_model import promote_if_better
from tellapart.workflows.models.register_model import register_model
from tellapart.workflows.training.candidate_version import CandidateVersion, on_validation
from tellapart.workflows.training.keep_backbone import keep_backbone
from tellapart.workflows.training.keep_resize_mode import keep_resize_mode
from tellapart.workflows.training.load_training_set import load_training_set
from tellapart.workflows.training.regroup_for_training import Grouping, regroup_for_training

_log = structlog.get_logger()
_TRAINING_SHARE = 0.9
# Of the progress of `auto`, the quick model: seconds beside minutes, so that what is left to do can
# be read from what is done.
_FIRST_SHARE = 0.05
# Of `auto`, when nobody has said how long it may take; the page and the guide name it.
_AUTO_BUDGET_S = 600.0
# Of the time of `auto`, what the quick model may take: of many images it then sees only some.
_FIRST_BUDGET = 0.3
# Export and proof of a network; recipes themselves put aside what the images take that are asked.
_CLOSING_S, _CLOSING_MOST = 15.0, 0.35
# A challenger that has less time than this is not begun.
_LEAST_S = 15.0
_NOTHING_GAINED = "no epoch made it better on validation than what it began with."
# With so few mistakes on validation there is nothing left to choose by.
_NOTHING_TO_WIN = 1


def train_model(storage: Storage, params: TrainParams, reporter: JobProgress) -> TrainingResult:
    """Train a version, or with `auto` a quick one and a stronger one.

    Raises:
        NotEnoughData, MissingDependency, BackboneUnavailable, TrainingError: it cannot be trained.
        ParityError: the exported graph disagrees with the trained model; nothing is registered.
    """
    context = TrainingContext(
        database=storage.database,
        cache_dir=storage.settings.backbone_cache,
        max_pixels=storage.settings.max_image_pixels,
        scratch_max_px=storage.settings.scratch_max_px,
        checkpoints=storage.checkpoints / reporter.job_id,
    )
    registry = ModelRegistry(storage.database)
    if params.backbone is None:
        backbone = keep_backbone(storage, registry, params.recipe, reporter)
    else:
        backbone = backbone_address(params.backbone, storage.backbones)
    options = TrainingOptions(
        recipe=params.recipe,
        backbone=backbone,
        epochs=params.epochs,
        time_budget_s=params.time_budget_s,
        seed=params.seed,
        resize_mode=params.resize_mode,
        resize_mode_by=BY_REQUEST if params.resize_mode else BY_SHAPES,
    )
    options = keep_resize_mode(options, registry, reporter)
    run = _Run(storage, options, context, params.promote, reporter)
    proposed, *others = run.versions()
    if run.brought_nothing is not None:
        # Kept with the version: jobs are forgotten one day.
        said = run.brought_nothing.model_dump()
        registry.add_to_report(proposed.number, "brought_nothing", said)
    _sweep(storage, reporter.job_id)
    return TrainingResult(
        model_version=proposed.number,
        promoted=proposed.decision.promote,
        reason=proposed.decision.reason,
        metrics=proposed.report.metrics(),
        versions=sorted(version.number for version in (proposed, *others)),
        compared=run.compared,
        brought_nothing=run.brought_nothing,
        leaks=registry.get(proposed.number).row.report["leaks"],
    )


class _Run:
    """One job: the versions that it trains, and the time it has."""

    def __init__(
        self,
        storage: Storage,
        options: TrainingOptions,
        context: TrainingContext,
        promotion: PromotionChoice,
        reporter: JobProgress,
    ) -> None:
        self._storage = storage
        self._options = options
        self._context = context
        self._promotion = promotion
        self._reporter = reporter
        self._began = time.monotonic()
        # What the stronger recipe begins from; the quick one may find something better.
        self._resize_mode, self._resize_mode_by = options.resize_mode, options.resize_mode_by
        # What was compared and what was chosen, in words.
        self.compared: list[str] = []
        self.brought_nothing: BroughtNothing | None = None
        # Who goes on from a checkpoint has learned by the splits as they are.
        resumed = context.checkpoints is not None and context.checkpoints.exists()
        self._grouping: Grouping = "whole" if resumed else regroup_for_training(storage, reporter)
        self._dataset_version, self._training_set = _load(storage, reporter)

    def versions(self) -> tuple[CandidateVersion, ...]:
        """Train by one or two recipes; the first of the versions is the proposed one."""
        plan = choose_recipes(self._training_set, self._options, self._context)
        if left_out := plan.left_out:
            self._nothing(left_out.recipe, left_out.cause, left_out.reason)
        if len(plan.recipes) == 1:
            return (self._alone(plan.recipes[0], self._reporter),)
        recipe, stronger = plan.recipes
        first = self._alone(recipe, SubProgress(self._reporter, 0.0, _FIRST_SHARE))
        if found := self._why_stop(first):
            cause, reason = found
            self._nothing(stronger, cause, f"No {stronger} model is trained: {reason}")
            return (first,)
        second = self._challenger(stronger, first)
        if second is None:
            return (first,)
        best, other = (second, first) if second.beats(first) else (first, second)
        images = len(self._training_set.splits["validation"])
        self._say(
            f"Of {images:,} validation pictures the {best.recipe} model mistakes {best.mistakes:,} "
            f"(log loss {best.loss:.3f}), the {other.recipe} model {other.mistakes:,} "
            f"({other.loss:.3f}): version {best.number} is proposed."
        )
        return best, other

    def _nothing(self, recipe: Recipe, cause: NothingCause, reason: str) -> None:
        self.brought_nothing = BroughtNothing(recipe=recipe, cause=cause, reason=reason)
        self._reporter.log(reason)

    def _say(self, text: str) -> None:
        self.compared.append(text)
        self._reporter.log(text)

    def _alone(self, recipe: Recipe, reporter: ProgressReporter) -> CandidateVersion:
        trained = self._trained(recipe, reporter)
        if recipe == "probe" and self._grouping == "unknown":
            # There are embeddings now. All that is done anew is to fit heads.
            self._grouping = regroup_for_training(self._storage, self._reporter)
            if self._grouping == "moved":
                self.compared.clear()
                self._dataset_version, self._training_set = _load(self._storage, reporter)
                trained = self._trained(recipe, reporter)
        if not trained.gained:
            reason = f"Nothing was gained: {_NOTHING_GAINED} This version answers as that did."
            self._nothing(recipe, "nothing_gained", reason)
        return self._version(trained, recipe, reporter, None)

    def _challenger(self, recipe: Recipe, rival: CandidateVersion) -> CandidateVersion | None:
        """None when it fails, or answers as the model that it began with.

        Whatever it is, the rival is there, and may be in service.
        """
        reporter = SubProgress(self._reporter, _FIRST_SHARE, 1.0)
        cause: NothingCause
        try:
            trained = self._trained(recipe, reporter)
            if trained.gained:
                return self._version(trained, recipe, reporter, rival)
            cause, reason = "nothing_gained", _NOTHING_GAINED
        except JobCancelled:
            raise
        except TimeBudgetTooShort as error:
            cause, reason = "too_little_time", str(error)
        except Exception as error:
            code, reason = failure(error)
            cause = "failed"
            if code == INTERNAL_ERROR:
                _log.exception("challenger_crashed", recipe=recipe)
        said = f"No {recipe} model, version {rival.number} stands: {reason}"
        self._nothing(recipe, cause, said)
        return None

    def _trained(self, recipe: Recipe, reporter: ProgressReporter) -> TrainedModel:
        part = SubProgress(reporter, 0.0, _TRAINING_SHARE)
        trained = train(recipe, self._training_set, self._options_of(recipe), self._context, part)
        if compared := trained.parameters.get("compared"):
            self._resize_mode = trained.spec.resize_mode
            self._resize_mode_by = trained.parameters["resize_mode_by"]
            self.compared.append(
                f"By cross-fitting: {compared}. Chosen: {trained.parameters['layers']}, pictures "
                f"prepared by {self._resize_mode}."
            )
        return trained

    def _version(
        self,
        trained: TrainedModel,
        recipe: Recipe,
        reporter: ProgressReporter,
        rival: CandidateVersion | None,
    ) -> CandidateVersion:
        storage, training_set = self._storage, self._training_set
        packaged = package_model(
            trained,
            training_set,
            target_precision=storage.settings.target_precision,
            max_pixels=self._context.max_pixels,
            try_int8=storage.settings.try_int8,
            reporter=SubProgress(reporter, _TRAINING_SHARE, 1.0),
        )
        number, report = register_model(
            storage,
            trained,
            packaged,
            training_set,
            dataset_version=self._dataset_version,
            job_id=self._reporter.job_id,
        )
        mistakes, loss = on_validation(trained, training_set, packaged.package.temperature)
        decision = Decision(False, "Another version of this training is better on validation.")
        version = CandidateVersion(number, recipe, report, mistakes, loss, decision)
        if rival is None or version.beats(rival):
            decision = promote_if_better(
                storage,
                number,
                training_set,
                self._promotion,
                probabilities=packaged.probabilities,
            )
        self._reporter.log(f"Version {number}: {report.accuracy:.2%} accurate. {decision.reason}")
        return replace(version, decision=decision)

    def _options_of(self, recipe: Recipe) -> TrainingOptions:
        options = self._options
        if recipe == "probe":
            if options.recipe == "probe":
                return options
            # Epochs are not meant for it when it is only the first of two.
            budget_s = _FIRST_BUDGET * (options.time_budget_s or _AUTO_BUDGET_S)
            return replace(options, epochs=None, time_budget_s=budget_s, compare_preparations=True)
        if recipe == "finetune":
            options = replace(
                options, resize_mode=self._resize_mode, resize_mode_by=self._resize_mode_by
            )
        fill = options.time_budget_s is not None
        return replace(options, time_budget_s=self._left_s(), fill_budget=fill)

    def _left_s(self) -> float | None:
        """Seconds for the recipe and what the images take that its network is asked about."""
        budget_s = self._options.time_budget_s
        if budget_s is None:
            if self._options.recipe != "auto":
                return None
            budget_s = _AUTO_BUDGET_S
        closing_s = min(_CLOSING_S, _CLOSING_MOST * budget_s)
        return max(0.0, budget_s - closing_s - (time.monotonic() - self._began))

    def _why_stop(self, first: CandidateVersion) -> tuple[NothingCause, str] | None:
        """Why no challenger is to be trained, when that is so."""
        count = len(self._training_set.splits["validation"])
        if count == 0:
            return "no_validation", "there are no validation pictures to choose by."
        if first.mistakes <= _NOTHING_TO_WIN:
            return "nothing_to_win", (
                f"the {first.recipe} model is right about {count - first.mistakes} of {count} "
                "validation pictures, so another could hardly show that it is better."
            )
        left_s = self._left_s()
        if left_s is not None and left_s < _LEAST_S:
            return "too_little_time", "the time budget is spent."
        return None


def _load(storage: Storage, reporter: ProgressReporter) -> tuple[int, TrainingSet]:
    """The number of the current dataset version, and those of its classes that can be learned."""
    dataset_version, everything = load_training_set(storage)
    check_trainable(everything)
    training_set = leave_out_untrained(everything)
    for label, counts in training_set.left_out.items():
        reporter.log(
            f"The class {label!r} has no training pictures and is left out; its "
            f"{counts['test']:,} test pictures count as unknown."
        )
    return dataset_version, training_set


def _sweep(storage: Storage, job_id: str) -> None:
    """Remove the checkpoints of this training, which is done, and of older ones that failed."""
    kept = JobQueue(storage.database, storage.settings).unfinished_ids("train") - {job_id}
    for folder in storage.checkpoints.glob("*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
