"""Train on the current data set, prove the export, evaluate, register, and promote if better."""

import re
from typing import Any

from tellapart.errors import InvalidRequest
from tellapart.jobs.monitor import Part
from tellapart.jobs.worker import JobMonitor
from tellapart.models.packaging import package_model
from tellapart.models.training import train
from tellapart.models.training_data import TrainingContext, TrainingOptions
from tellapart.store.storage import Storage
from tellapart.workflows.load_training_set import load_training_set
from tellapart.workflows.promote_model import promote_if_better
from tellapart.workflows.register_model import register_model

_UNITS_S = {"": 1, "s": 1, "m": 60, "h": 3600}
_TRAINING_SHARE = 0.9


def train_model(storage: Storage, params: dict[str, Any], monitor: JobMonitor) -> dict[str, Any]:
    """Train a version.

    Args:
        storage: the workspace.
        params: the fields of `TrainingOptions`, with `time_budget` in words (`90s`, `10m`, `1h`),
            and `promote`: `auto` (when better), `always` or `never`.
        monitor: told how far it is; may stop it.

    Returns:
        `model_version`, `promoted`, `reason` and the test `metrics`.

    Raises:
        NotEnoughData, MissingDependency, BackboneUnavailable, TrainingError: it cannot be trained.
        ParityError: the exported graph disagrees with the trained model; nothing is registered.
    """
    options = _options(params)
    dataset_version, training_set = load_training_set(storage)
    context = TrainingContext(
        database=storage.database,
        cache_dir=storage.settings.backbone_cache,
        max_pixels=storage.settings.max_image_pixels,
        scratch_max_px=storage.settings.scratch_max_px,
    )
    trained = train(training_set, options, context, Part(monitor, 0.0, _TRAINING_SHARE))
    packaged = package_model(
        trained,
        training_set,
        target_precision=storage.settings.target_precision,
        max_pixels=context.max_pixels,
        monitor=Part(monitor, _TRAINING_SHARE, 1.0),
    )
    version, report = register_model(
        storage,
        trained,
        packaged,
        training_set,
        dataset_version=dataset_version,
        job_id=monitor.job_id,
    )
    decision = promote_if_better(
        storage, version, training_set, params["promote"], probabilities=packaged.probabilities
    )
    monitor.log(f"Version {version}: {report.accuracy:.2%} accurate. {decision.reason}")
    return {
        "model_version": version,
        "promoted": decision.promote,
        "reason": decision.reason,
        "metrics": report.metrics(),
    }


def _options(params: dict[str, Any]) -> TrainingOptions:
    return TrainingOptions(
        recipe=params["recipe"],
        backbone=params["backbone"],
        epochs=params["epochs"],
        time_budget_s=parse_duration_s(params["time_budget"]),
        seed=params["seed"],
        resize_mode=params["resize_mode"],
    )


def parse_duration_s(text: str | None) -> float | None:
    """Seconds from words such as `90`, `90s`, `10m` or `1.5h`.

    Raises:
        InvalidRequest: it is not such a word.
    """
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smh]?)\s*", text)
    if found is None or float(found[1]) == 0:
        raise InvalidRequest(f"{text!r} is no time budget. Write it like 90s, 10m or 1h.")
    return float(found[1]) * _UNITS_S[found[2]]
