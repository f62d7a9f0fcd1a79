"""The report of a version: what is kept of its training and its test."""

from typing import Self

from pydantic import BaseModel, Field

from tellapart.dataset.insights import SplitCounts
from tellapart.evaluation.metrics import ClassificationReport, ClassMetrics, ModelMetrics
from tellapart.evaluation.weaknesses import ConfusedPair
from tellapart.jobs.contracts import BroughtNothing
from tellapart.quality.leaks import LeakCheck
from tellapart.registry.versions import RegisteredModel


class ReliabilityBin(BaseModel):
    """Predictions whose confidence is between `low` and `high`."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


class ThresholdCost(BaseModel):
    """What another target would bring, and leave without an answer."""

    target_precision: float
    threshold: float
    precision: float = Field(description="Share of right answers among those given.")
    coverage: float = Field(description="Share of pictures that get an answer.")


class Threshold(BaseModel):
    """Below `value` the model abstains. Measured on images that it has not learned from."""

    value: float
    target_precision: float
    precision: float = Field(description="Share of right answers among those given.")
    coverage: float = Field(description="Share of pictures that get an answer.")
    reached: bool = Field(description="False when no threshold has the target precision.")
    pictures: int | None = Field(
        None, description="Pictures not learned from that it was measured on; null: validation."
    )
    costs: list[ThresholdCost] = Field([], description="Other targets that can be reached.")


class HeldOut(BaseModel):
    """How many pictures of validation and train are told right without having been learned from.

    Heads like the one of the version answer, each fitted without the pictures that it is asked.
    """

    accuracy: float
    accuracy_low: float = Field(description="Lower end of the 95% interval.")
    accuracy_high: float
    pictures: int

    def __str__(self) -> str:
        return (
            f"{self.accuracy:.2%} (95% interval {self.accuracy_low:.1%} to "
            f"{self.accuracy_high:.1%}, {self.pictures:,} pictures)"
        )


class Novelty(BaseModel):
    """From this distance to the training images on, the model abstains."""

    threshold: float
    validation_share: float = Field(description="Share of validation pictures beyond it.")


class Quantization(BaseModel):
    """How the int8 file did against the float32 one."""

    kept: bool
    reason: str
    speedup: float | None
    accuracy_fp32: float | None = None
    accuracy_int8: float | None = None


class Exports(BaseModel):
    """How the files of a version were proved."""

    parity: dict[str, float] = Field(
        description="Largest difference in probability to the trained model, by format."
    )
    int8: Quantization | None = None
    heat_maps: bool = Field(False, description="Whether the model can show where it looks.")


class WeakClass(BaseModel):
    """A class of which test images were missed."""

    label: str
    recall: float
    f1: float
    support: int


class Evaluation(BaseModel):
    """How good the answers of a version are."""

    version: int
    metrics: ModelMetrics
    class_names: list[str]
    per_class: list[ClassMetrics]
    confusion_matrix: list[list[int]] = Field(description="Rows: true class; columns: predicted.")
    reliability: list[ReliabilityBin]

    @classmethod
    def of(cls, version: int, found: ClassificationReport) -> Self:
        """The numbers of one evaluation of a version."""
        return cls.model_validate({**found.to_json(), "version": version})


class ModelReport(Evaluation):
    """The evaluation of a version on its test split. Versions of older releases lack some of it."""

    dataset_version: int
    temperature: float
    confidence_threshold: float
    threshold: Threshold | None = None
    held_out: HeldOut | None = Field(
        None, description="Null where a recipe has none, or validation is large enough."
    )
    novelty: Novelty | None = None
    splits: SplitCounts | None = Field(None, description="Pictures that it was made with.")
    class_splits: dict[str, SplitCounts] = {}
    left_out: dict[str, SplitCounts] = Field(
        {}, description="Classes without training pictures, which the version does not know."
    )
    leaks: int | None = Field(
        None,
        description="Test pictures with a near-duplicate in train or validation; null: not known.",
    )
    leak_check: LeakCheck | None = Field(
        None,
        description="What near-duplicates were looked for by; `fingerprints` miss crops and "
        "frames of one scene.",
    )
    exports: Exports | None = None
    brought_nothing: BroughtNothing | None = Field(
        None, description="A recipe of its training without which that ended, and why."
    )
    history: list[dict[str, float]] = Field([], description="The figures of each epoch.")
    weakest_classes: list[WeakClass] = Field([], description="Lowest recall first.")
    confused_pairs: list[ConfusedPair] = Field([], description="Most pictures first.")

    @classmethod
    def of_version(cls, model: RegisteredModel) -> Self:
        """What the registry keeps of the test of a version."""
        row = model.row
        known = {"version": row.version, "dataset_version": row.dataset_version}
        return cls.model_validate({**row.report, **known})
