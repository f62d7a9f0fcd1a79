"""The `finetune` recipe: a network that was trained on everyday photos learns on."""

from tellapart.dataset.training_set import TrainingSet
from tellapart.features.backbones.catalogue import is_small
from tellapart.jobs.contracts import BUILT_IN_BACKBONE
from tellapart.jobs.progress import ProgressReporter
from tellapart.training.finetune.top import train_top
from tellapart.training.finetune.trainable import check_can_learn
from tellapart.training.finetune.whole import train_whole
from tellapart.training.keras_loop.keras_model import KerasModel
from tellapart.training.options import TrainingContext, TrainingOptions


def train_finetune(
    training_set: TrainingSet,
    options: TrainingOptions,
    context: TrainingContext,
    reporter: ProgressReporter,
) -> KerasModel:
    """Train all of the built-in backbone on small images, the top of any on photos.

    Raises:
        BackboneUnavailable: the backbone is unknown or cannot be trained.
        MissingDependency: Keras, its backend or the weights are not installed.
        TrainingError: the training diverged, or there is no room for the features.
        JobCancelled: the reporter said so.
    """
    check_can_learn(options.backbone)
    small = options.backbone == BUILT_IN_BACKBONE and is_small(training_set.median_side_px)
    return (train_whole if small else train_top)(training_set, options, context, reporter)
