"""The `finetune` recipe: a network that was trained on everyday photos learns on."""

from tellapart.jobs.monitor import Monitor
from tellapart.models.backbones.catalogue import BUILT_IN, is_small
from tellapart.models.recipes.finetune_top import train_top
from tellapart.models.recipes.finetune_whole import train_whole
from tellapart.models.recipes.keras_model import KerasModel
from tellapart.models.recipes.split_network import check_can_learn
from tellapart.models.training_data import TrainingContext, TrainingOptions, TrainingSet


def train_finetune(
    training_set: TrainingSet,
    options: TrainingOptions,
    context: TrainingContext,
    monitor: Monitor,
) -> KerasModel:
    """Train all of the built-in backbone on small pictures, the top of any on photos.

    Raises:
        BackboneUnavailable: the backbone is unknown or cannot be trained.
        MissingDependency: Keras, its backend or the weights are not installed.
        TrainingError: the training has run off, or there is no room for the features.
        JobCancelled: the monitor said so.
    """
    check_can_learn(options.backbone)
    small = options.backbone == BUILT_IN and is_small(training_set.median_side_px)
    return (train_whole if small else train_top)(training_set, options, context, monitor)
