"""The `probe` recipe: frozen backbone, stored embeddings, logistic head. No TensorFlow, no Keras.

After the first run it takes seconds, since only new images are embedded.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tellapart.dataset.training_set import PSEUDO_LABEL_WEIGHT, TrainingSet
from tellapart.errors import InvalidRequest
from tellapart.features.backbones.catalogue import Backbone, load_backbone
from tellapart.features.backbones.int8 import quantized_backbone
from tellapart.features.backbones.used_part import used_part
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.jobs.contracts import KerasFormat
from tellapart.jobs.progress import ProgressReporter
from tellapart.package.activation_maps import add_activation_maps
from tellapart.package.export import spread
from tellapart.package.format import FEATURES, HEAD_BIAS, HEAD_WEIGHTS, OUTPUT
from tellapart.package.quantized_network import calibration_images
from tellapart.package.trained import HeldOutAnswers, Int8Verdict
from tellapart.store.tables import Split
from tellapart.training.options import BY_COMPARISON, TrainingContext, TrainingOptions
from tellapart.training.probe.comparison import (
    choose_preparation,
    compare_layers,
    trials_in_words,
)
from tellapart.training.probe.depth import DepthTrial, best_depth, describe_depth
from tellapart.training.probe.embedded_set import EmbeddedSet, LazyFeatures
from tellapart.training.probe.held_out import held_out_answers
from tellapart.training.probe.logistic_head import LogisticHead, fit_head
from tellapart.training.probe.warm_start import WarmStart, warm_start


@dataclass(frozen=True)
class ProbeModel:
    """A backbone with a logistic head; see `TrainedModel`.

    `embeddings` are what the head sees: the last layer, and what it uses of earlier ones.
    """

    frozen: Backbone
    head: LogisticHead
    class_names: tuple[str, ...]
    parameters: Mapping[str, Any]
    embeddings: Mapping[Split, NDArray[np.float32]]
    context: TrainingContext
    known_int8: Int8Verdict | None = None
    history: Sequence[Mapping[str, float]] = ()
    recipe: str = "probe"
    gained: bool = True
    held_out: HeldOutAnswers | None = None

    @property
    def backbone(self) -> str:
        """The name of the backbone."""
        return self.frozen.name

    @property
    def spec(self) -> PreprocessingSpec:
        """How its images are prepared: the backbone's way."""
        return self.frozen.spec

    def logits(self, split: Split) -> NDArray[np.float32]:
        """The head's answers for a split, float32 [N, K]."""
        return self.head.logits(self.embeddings[split])

    def features(self, split: Split) -> NDArray[np.float32]:
        """The last layer's embeddings of a split: float32 [N, D]."""
        return self.embeddings[split][:, : self.frozen.dimension]

    def learned_features(self, most: int) -> NDArray[np.float32]:
        """The last layer's embeddings of up to `most` images of the train split: float32 [N, D]."""
        learned = self.features("train")
        return learned[spread(len(learned), most)]

    def to_onnx(self, temperature: float) -> bytes:
        """What the head uses of the backbone's graph, and the head with the temperature in it."""
        model, used = used_part(self.frozen, len(self.head.weights))
        graph = model.graph
        weights = (self.head.weights / temperature).astype(np.float32)
        bias = (self.head.bias / temperature).astype(np.float32)
        for name, values in {HEAD_WEIGHTS: weights, HEAD_BIAS: bias}.items():
            graph.initializer.append(numpy_helper.from_array(values, name))
        _rename(graph, FEATURES, "backbone_features")
        seen = used[0]
        graph.node.append(helper.make_node("Identity", [used[0]], [FEATURES]))
        if len(used) > 1:
            seen = "all_features"
            graph.node.append(helper.make_node("Concat", used, [seen], axis=1))
        graph.node.extend(
            [
                helper.make_node("Gemm", [seen, HEAD_WEIGHTS, HEAD_BIAS], ["logits"]),
                helper.make_node("Softmax", ["logits"], [OUTPUT], axis=1),
            ]
        )
        last = self.frozen.dimension
        for name, width in ((OUTPUT, len(bias)), (FEATURES, last)):
            sides: list[str | int | None] = ["N", width]
            graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, sides))
        add_activation_maps(model, used[0], weights[:last])
        data: bytes = model.SerializeToString()
        return data

    def quantized(
        self,
        graph: bytes,  # noqa: ARG002
        temperature: float,  # noqa: ARG002
        training_set: TrainingSet,
        *,
        max_pixels: int,
        reporter: ProgressReporter,
    ) -> "ProbeModel | Int8Verdict | None":
        """The same head on the backbone in int8; its vectors are kept as those of the backbone.

        They are computed when they are first asked for.
        """
        if self.known_int8 is not None:
            return self.known_int8
        context = replace(self.context, max_pixels=max_pixels)
        images = calibration_images(training_set, self.spec, max_pixels)
        frozen = quantized_backbone(self.frozen, images, context.cache_dir)
        if frozen is None:
            return None
        columns = len(self.head.weights)
        embeddings = LazyFeatures(EmbeddedSet(training_set, frozen, context, reporter), columns)
        return replace(self, frozen=frozen, embeddings=embeddings)

    def to_keras(
        self,
        temperature: float,  # noqa: ARG002
        path: Path,  # noqa: ARG002
        format: KerasFormat,  # noqa: A002
    ) -> None:
        """Refused: training does not load Keras; `probe_to_keras` makes the file on demand."""
        raise InvalidRequest(
            f"A probe model has no {format} file from training; it is made from its package."
        )


def train_probe(
    training_set: TrainingSet,
    options: TrainingOptions,
    context: TrainingContext,
    reporter: ProgressReporter,
) -> ProbeModel:
    """Embed the images, fit the head.

    Raises:
        BackboneUnavailable: the backbone is unknown or its weights cannot be used.
        MissingDependency: the weights are not installed.
        JobCancelled: the reporter said so.
    """
    started = time.monotonic()
    if options.epochs is not None:
        reporter.log("The probe recipe has no epochs: their number is not used.")
    reporter.stage("Preparing the backbone", None)
    backbone = load_backbone(options.backbone, context.cache_dir, training_set.median_side_px)
    data = EmbeddedSet(training_set, backbone, context, reporter)
    compared, chosen_by = list[str](), options.resize_mode_by
    if mode := options.resize_mode or training_set.resize_mode:
        data = data.resized(mode)
    if options.compare_preparations and options.resize_mode is None:
        usual = data.backbone.spec
        data, compared = choose_preparation(data, options.time_budget_s)
        if data.backbone.spec != usual:
            chosen_by = BY_COMPARISON
    if options.time_budget_s is not None:
        data = data.within(options.time_budget_s)
    training_set, backbone = data.training_set, data.backbone
    images = len(training_set.splits["train"])
    known = warm_start(
        context.database, training_set.read, training_set.class_names, backbone, images
    )
    # All images first, by what every head uses: what is missing is computed once, with all layers.
    columns = backbone.dimension if known is None else known.columns
    embeddings = data.features(columns)
    embedded = time.monotonic()
    head: LogisticHead | None = None
    trials: list[DepthTrial] = []
    if known is not None:
        head = _fit(data, embeddings, known)
        if not known.holds(head.validation_loss):
            head = known = None
    if head is None:
        trials = compare_layers(data)
        columns = best_depth(trials).columns if trials else backbone.dimension
        if columns != embeddings["train"].shape[1]:
            del embeddings
            embeddings = data.features(columns)
        head = _fit(data, embeddings, None)
    return ProbeModel(
        frozen=backbone,
        head=head,
        class_names=training_set.class_names,
        parameters={
            "C": head.inverse_regularization,
            "balanced": head.balanced,
            "converged": head.converged,
            "columns": columns,
            "layers": describe_depth(columns, backbone),
            "train_images": images,
            "compared": "; ".join([*compared, *trials_in_words(trials)]) or None,
            "C_chosen_at": _chosen_at(known, images, head),
            "embedding_key": backbone.embedding_key,
            "seed": options.seed,
            "pseudo_labels": len(training_set.pseudo),
            "pseudo_label_weight": PSEUDO_LABEL_WEIGHT if len(training_set.pseudo) else None,
            "resize_mode": backbone.spec.resize_mode,
            "resize_mode_by": chosen_by,
            "embedding_seconds": round(embedded - started, 3),
            "seconds": round(time.monotonic() - started, 3),
        },
        embeddings=embeddings,
        context=context,
        known_int8=None if known is None else known.int8,
        held_out=_held_out(data, head, embeddings),
    )


def _fit(
    data: EmbeddedSet, embeddings: Mapping[Split, NDArray[np.float32]], known: WarmStart | None
) -> LogisticHead:
    training_set, reporter = data.training_set, data.reporter
    columns = embeddings["train"].shape[1]
    pseudo = data.embed(training_set.pseudo.content_hashes, columns)

    def report(strength: float, loss: float | None) -> None:
        reporter.check_cancelled()
        if loss is not None:
            reporter.log(f"Head with C = {strength:g}", C=strength, validation_loss=loss)

    reporter.stage("Fitting the head", None)
    splits = training_set.splits
    train, weights = (embeddings["train"], splits["train"].y), None
    if len(pseudo):
        weights = np.repeat([1.0, PSEUDO_LABEL_WEIGHT], [len(train[1]), len(pseudo)])
        train = (
            np.concatenate([train[0], pseudo]),
            np.concatenate([train[1], training_set.pseudo.y]),
        )
    head = fit_head(
        train,
        (embeddings["validation"], splits["validation"].y),
        report=report,
        known=known,
        weights=weights,
        parts=data.backbone.parts(columns),
    )
    reporter.log(f"Chose C = {head.inverse_regularization:g}", C=head.inverse_regularization)
    return head


def _held_out(
    data: EmbeddedSet, head: LogisticHead, embeddings: Mapping[Split, NDArray[np.float32]]
) -> HeldOutAnswers | None:
    splits = data.training_set.splits
    train, validation = ((embeddings[split], splits[split].y) for split in ("train", "validation"))
    data.reporter.check_cancelled()
    return held_out_answers(head, train, validation, data.backbone.parts(len(head.weights)))


def _chosen_at(known: WarmStart | None, images: int, head: LogisticHead) -> dict[str, float] | None:
    """What `warm_start` reads; None when nothing was searched for."""
    if known is not None:
        return {"pictures": known.images, "validation_loss": known.loss}
    loss = head.validation_loss
    return None if loss is None else {"pictures": images, "validation_loss": loss}


def _rename(graph: onnx.GraphProto, name: str, free: str) -> None:
    """Free the name of a tensor, which a network from a file may have inside."""
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = [free if each == name else each for each in names]
