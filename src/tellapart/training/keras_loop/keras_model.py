"""What the recipes that train a Keras network return."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.training_set import TrainingSet
from tellapart.features.keras_library import save_model
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.jobs.contracts import KerasFormat
from tellapart.jobs.progress import ProgressReporter
from tellapart.package.export import spread
from tellapart.package.keras_network import complete, network_features, to_onnx
from tellapart.package.quantized_network import QuantizedNetwork, quantize_network
from tellapart.package.trained import HeldOutAnswers
from tellapart.store.tables import Split
from tellapart.training.keras_loop.fitting import Outcome
from tellapart.training.keras_loop.images import Labelled, answers
from tellapart.training.options import TrainingOptions


@dataclass(frozen=True)
class KerasModel:
    """A Keras network with what it needs to answer; see `TrainedModel`.

    `network` takes normalised images and gives logits; `asked` takes what `splits` hold, and is
    the network or the upper part of it, with the same layers. Of the train split they hold what the
    network learned from, which may be less than all of it.
    """

    recipe: str
    backbone: str | None
    keras: Any
    network: Any
    asked: Any
    splits: Mapping[Split, Labelled]
    spec: PreprocessingSpec
    class_names: tuple[str, ...]
    parameters: Mapping[str, Any]
    history: Sequence[Mapping[str, float]] = ()
    gained: bool = True
    held_out: HeldOutAnswers | None = None
    _answers: dict[Split, tuple[NDArray[np.float32], ...]] = field(default_factory=dict)

    def logits(self, split: Split) -> NDArray[np.float32]:
        """The network's answers for a split, float32 [N, K]."""
        return self._of(split)[0]

    def features(self, split: Split) -> NDArray[np.float32]:
        """What the last layer sees of a split: float32 [N, D]."""
        return self._of(split)[1]

    def learned_features(self, most: int) -> NDArray[np.float32]:
        """What the last layer sees of up to `most` of the images that it learned from: [N, D]."""
        learned = self.splits["train"]
        return answers(self._both, learned, spread(len(learned.y), most))[1]

    @cached_property
    def _both(self) -> Any:
        return network_features(self.keras, self.asked)

    def _of(self, split: Split) -> tuple[NDArray[np.float32], ...]:
        """Logits and features of a split, by one look at its images."""
        if split not in self._answers:
            self._answers[split] = answers(self._both, self.splits[split])
        return self._answers[split]

    def to_onnx(self, temperature: float) -> bytes:
        """One graph with normalisation, network, temperature and softmax."""
        return to_onnx(self.keras, self.network, self.spec, temperature)

    def quantized(
        self,
        graph: bytes,
        temperature: float,
        training_set: TrainingSet,
        *,
        max_pixels: int,
        reporter: ProgressReporter,  # noqa: ARG002
    ) -> QuantizedNetwork | None:
        """The same network with int8 convolutions."""
        return quantize_network(graph, temperature, self.spec, training_set, max_pixels)

    def to_keras(self, temperature: float, path: Path, format: KerasFormat) -> None:  # noqa: A002
        """Write a Keras file that computes the same, of built-in layers only."""
        save_model(complete(self.keras, self.network, self.spec, temperature), path, format)


def training_facts(
    keras: Any,
    outcome: Outcome,
    options: TrainingOptions,
    spec: PreprocessingSpec,
    started: float,
) -> dict[str, Any]:
    """What a version says of how its network was trained.

    Args:
        keras: the module.
        outcome: of the training loop.
        options: what was asked for.
        spec: how its images are prepared.
        started: when the recipe began, by `time.monotonic`.
    """
    return {
        "seed": options.seed,
        "time_budget_s": options.time_budget_s,
        "epochs": outcome.epochs,
        "best_epoch": outcome.best_epoch,
        "stopped_by": outcome.stopped_by,
        "batch_size": outcome.batch_size,
        "input_side_px": spec.width_px,
        "resize_mode": spec.resize_mode,
        "resize_mode_by": options.resize_mode_by,
        "keras_backend": keras.backend.backend(),
        "seconds": round(time.monotonic() - started, 3),
    }
