"""What a version got wrong in its test, and how it stands beside another."""

from dataclasses import asdict

from pydantic import BaseModel, ConfigDict, Field

from tellapart.api.addresses import file_address
from tellapart.store.pages import Page
from tellapart.workflows.models import compare_versions, list_mistakes


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
