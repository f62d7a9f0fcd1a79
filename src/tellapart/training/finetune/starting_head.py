"""The head that fine-tuning begins with, on the last layer: the part that is trained further."""

from dataclasses import dataclass, replace

from tellapart.dataset.training_set import TrainingSet
from tellapart.features.backbones.catalogue import Backbone, load_backbone
from tellapart.features.embeddings import EmbeddingStore, embed
from tellapart.jobs.progress import ProgressReporter
from tellapart.runtime.cpu_budget import usable_cores
from tellapart.store.tables import Split
from tellapart.training.options import TrainingContext, TrainingOptions
from tellapart.training.probe.logistic_head import LogisticHead, Part, fit_head


@dataclass(frozen=True)
class StartingHead:
    """A backbone, with the head that is best on its last layer."""

    backbone: Backbone
    head: LogisticHead


def fit_starting_head(
    training_set: TrainingSet,
    options: TrainingOptions,
    context: TrainingContext,
    reporter: ProgressReporter,
) -> StartingHead:
    """Embed the images that are not embedded yet, fit the head.

    Raises:
        BackboneUnavailable: the backbone is unknown or its weights cannot be used.
        MissingDependency: the weights are not installed.
        JobCancelled: the reporter said so.
    """
    reporter.stage("Preparing the backbone", None)
    backbone = load_backbone(options.backbone, context.cache_dir, training_set.median_side_px)
    if options.resize_mode is not None:
        spec = replace(backbone.spec, resize_mode=options.resize_mode)
        backbone = replace(backbone, spec=spec)
    store = EmbeddingStore(context.database, context.cache_dir)

    def part(split: Split) -> Part:
        examples = training_set.splits[split]
        found = embed(
            examples.content_hashes,
            training_set.read,
            backbone,
            store,
            max_pixels=context.max_pixels,
            threads=usable_cores(),
            reporter=reporter,
            columns=backbone.dimension,
        )
        return found, examples.y

    train, validation = part("train"), part("validation")
    reporter.stage("Fitting the head", None)
    head = fit_head(
        train,
        validation,
        report=lambda _strength, _loss: reporter.check_cancelled(),
        parts=backbone.parts(backbone.dimension),
    )
    return StartingHead(backbone, head)
