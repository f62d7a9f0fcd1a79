"""What is known of a version from its test: its report, its mistakes, and beside another."""

from dataclasses import asdict
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from tellapart.api.addresses import file_address
from tellapart.api.schemas.data.insights import SplitCounts
from tellapart.evaluation.metrics import ClassificationReport, ModelMetrics
from tellapart.jobs.contracts import BroughtNothing
from tellapart.quality.leaks import LeakCheck
from tellapart.store.pages import Page
from tellapart.workflows.models import compare_versions, list_mistakes


class ClassMetrics(BaseModel):
    """How well one class is told apart."""

    label: str
    precision: float | None = Field(description="Null, as the others, without test pictures.")
    recall: float | None
    f1: float | None
    support: int = Field(description="Test pictures of this class.")


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


class ConfusedPair(BaseModel):
    """Test images of `label` that were taken for `predicted`."""

    label: str
    predicted: str
    count: int
    share: float = Field(description="Of the test pictures of `label`.")


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


class Mistake(BaseModel):
    """A test image and what the version says of it."""

    image_id: int
    thumbnail: str
    file: str
    label: str = Field(description="Its class when the version was tested.")
    current_label: str | None = Field(description="Its class today.")
    predicted: str
    confidence: float
    distance_score: float | None = Field(description="1: like the training pictures; 0: unlike.")
    excluded: bool

    @classmethod
    def of(cls, found: list_mistakes.Mistake) -> "Mistake":
        """A mistake, and where its image is served."""
        values = asdict(found)
        del values["content_hash"]
        return cls(**values, **_addresses(found.image_id))


class MistakePage(BaseModel):
    """Mistakes, the surest first; `total` counts all pages."""

    items: list[Mistake]
    total: int
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[list_mistakes.Mistake], total: int) -> "MistakePage":
        """One page of `total` mistakes."""
        items = [Mistake.of(found) for found in page.items]
        return cls(items=items, total=total, next_cursor=page.next_cursor)


class ComparedMetric(BaseModel):
    """One number of both versions on the same images."""

    name: str
    values: list[float] = Field(description="Of the first and of the second version.")
    higher_is_better: bool


class McNemar(BaseModel):
    """Whether the difference may be chance (McNemar's test, two-sided)."""

    only_first: int = Field(description="Pictures that only the first version gets right.")
    only_second: int
    p_value: float
    verdict: str


class ComparedImage(BaseModel):
    """An image that one version gets right and the other wrong."""

    image_id: int
    thumbnail: str
    file: str
    label: str = Field(description="Its class today.")
    predicted: list[str] = Field(description="By the first and by the second version.")
    confidence: list[float]

    @classmethod
    def of(cls, found: compare_versions.ComparedImage) -> "ComparedImage":
        """An image, and where it is served."""
        return cls(**asdict(found), **_addresses(found.image_id))


class ModelComparison(BaseModel):
    """Two versions on the images that both were tested on, by their classes of today."""

    model_config = ConfigDict(protected_namespaces=())

    versions: list[int]
    images: int
    only_known_to: list[list[str]] = Field(
        description="Classes that only the first version knows, and only the second; the "
        "comparison is on the others."
    )
    left_out: int = Field(description="Pictures of those classes.")
    metrics: list[ComparedMetric]
    mcnemar: McNemar
    only_first: list[ComparedImage] = Field(description="Up to 50, the surest mistakes first.")
    only_second: list[ComparedImage]

    @classmethod
    def of(cls, found: compare_versions.Comparison) -> "ModelComparison":
        """A comparison, and where its images are served."""
        return cls(
            versions=list(found.versions),
            images=found.images,
            only_known_to=list(found.only_known_to),
            left_out=found.left_out,
            metrics=[ComparedMetric.model_validate(asdict(each)) for each in found.metrics],
            mcnemar=McNemar(**asdict(found.mcnemar), verdict=found.verdict),
            only_first=[ComparedImage.of(image) for image in found.only_first],
            only_second=[ComparedImage.of(image) for image in found.only_second],
        )


def _addresses(image_id: int) -> dict[str, str]:
    return {
        "thumbnail": file_address(image_id, "thumb"),
        "file": file_address(image_id, "full"),
    }
