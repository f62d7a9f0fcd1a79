"""What goes wrong in training and with versions."""

from tellapart.errors.root import TellapartError


class TrainingError(TellapartError):
    """A recipe cannot run, or its result cannot be trusted."""

    code = "training_failed"
    title = "Training failed"


class TimeBudgetTooShort(TrainingError):
    """Nothing could be gained in the time that is left."""

    code = "time_budget_too_short"
    title = "The time budget is too short"


class MissingDependency(TrainingError):
    """An optional package is not installed."""

    code = "missing_dependency"
    status = 501
    title = "A package is not installed"


class BackboneUnavailable(TrainingError):
    """No such backbone, or its weights cannot be read."""

    code = "backbone_unavailable"
    status = 422
    title = "The backbone cannot be used"


class ParityError(TrainingError):
    """The exported model answers differently from the trained one; it is not kept."""

    code = "parity_failed"
    title = "The export does not agree with the model"


class ModelError(TellapartError):
    """A model version cannot be used."""

    code = "model_error"
    title = "The model cannot be used"


class ModelNotFound(ModelError):
    """No model has this version number."""

    code = "model_not_found"
    status = 404
    title = "No such model"


class NoChampion(ModelError):
    """No model is in service yet."""

    code = "no_champion"
    status = 503
    title = "No model is in service"


class ModelUnreadable(ModelError):
    """The file is no model package of ours, or it is damaged."""

    code = "model_unreadable"
    title = "The model cannot be read"


class NoHeatMap(ModelError):
    """The model does not tell where it looks."""

    code = "no_heat_map"
    status = 409
    title = "No heat map"


class NotComparable(ModelError):
    """Two versions have no test images in common."""

    code = "not_comparable"
    status = 409
    title = "The versions cannot be compared"


class PromotionRefused(ModelError):
    """The version cannot become champion."""

    code = "promotion_refused"
    status = 409
    title = "Not promoted"
