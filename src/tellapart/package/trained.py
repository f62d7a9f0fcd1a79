"""What every recipe returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tellapart.dataset.training_set import TrainingSet
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.jobs.contracts import KerasFormat
from tellapart.jobs.progress import ProgressReporter
from tellapart.store.tables import Split


class ExportableModel(Protocol):
    """A model that answers for the splits, and can be written as the graph that answers alike."""

    def logits(self, split: Split) -> NDArray[np.float32]:
        """Its answers for a split, before temperature and softmax: float32 [N, K]."""

    def features(self, split: Split) -> NDArray[np.float32]:
        """What the last layer sees of a split: float32 [N, D]."""

    def to_onnx(self, temperature: float) -> bytes:
        """An ONNX graph from `images` uint8 [N, H, W, 3] to what is known of each image.

        `probabilities` float32 [N, K], `features` [N, D], and for a network that pools a last map
        of features `activation_maps` [N, K, h, w].
        """


@dataclass(frozen=True)
class Int8Verdict:
    """Whether int8 serves. Accuracies are those on validation; None where speed settled it."""

    kept: bool
    reason: str
    speedup: float
    accuracy_fp32: float | None = None
    accuracy_int8: float | None = None


@dataclass(frozen=True)
class HeldOutAnswers:
    """Answers for images that were not learned from: logits float32 [N, K], classes [N]."""

    logits: NDArray[np.float32]
    y: NDArray[np.int64]


class TrainedModel(ExportableModel, Protocol):
    """A model that was just trained, still in the form of its training library.

    `parameters` are the hyper-parameters and the facts of the training, as JSON values.
    """

    @property
    def recipe(self) -> str:
        """The recipe that made it."""

    @property
    def backbone(self) -> str | None:
        """The frozen network in it, if there is one."""

    @property
    def spec(self) -> PreprocessingSpec:
        """How its images are prepared."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """Its classes, in the order of its logits."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What it was trained with, and how that went."""

    @property
    def gained(self) -> bool:
        """Whether training brought anything; if not, it answers as the model it began with does."""

    @property
    def held_out(self) -> HeldOutAnswers | None:
        """Answers for more images than validation has, by models like this; None: there are none.

        Confidence is calibrated on them.
        """

    @property
    def history(self) -> Sequence[Mapping[str, float]]:
        """How the training went: figures by name, one entry an epoch, or a step of the head.

        `epoch`, `loss`, `accuracy`, `validation_loss`, `validation_accuracy`, `seconds`; those that
        a recipe has. It may be empty.
        """

    def learned_features(self, most: int) -> NDArray[np.float32]:
        """What the last layer sees of the images that it learned from: float32 [N, D].

        Of `most` of them, evenly chosen, when they are more. They may be fewer than the train split
        has: only the model knows which they are.
        """

    def quantized(
        self,
        graph: bytes,
        temperature: float,
        training_set: TrainingSet,
        *,
        max_pixels: int,
        reporter: ProgressReporter,
    ) -> ExportableModel | Int8Verdict | None:
        """The same model with int8 convolutions, for the validation and the test split.

        Args:
            graph: what `to_onnx` gave at this temperature.
            temperature: of the graph.
            training_set: the images.
            max_pixels: larger images are refused.
            reporter: told of the progress, asked whether to stop.

        Returns:
            The verdict where it is known without a trial; None when nothing in its graph can be
            quantised.
        """

    def to_keras(self, temperature: float, path: Path, format: KerasFormat) -> None:  # noqa: A002
        """Write a Keras file that computes the same as `to_onnx`.

        Raises:
            InvalidRequest: this recipe makes its Keras file from the package, on demand.
        """
