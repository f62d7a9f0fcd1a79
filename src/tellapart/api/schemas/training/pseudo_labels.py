"""What a model says of images without a class, and what of it is trained on."""

from pydantic import BaseModel, ConfigDict, Field

from tellapart.labeling.pseudo_labels import Decision


class PrecisionEstimate(BaseModel):
    """How often people agreed with pseudo-labels that they judged; null while they judged none."""

    estimate: float | None
    low: float | None = Field(description="Lower end of the 95% interval.")
    high: float | None
    judged: int


class PseudoLabels(BaseModel):
    """The pseudo-labels of the data set."""

    model_config = ConfigDict(protected_namespaces=())

    used: bool = Field(description="Whether the next training learns from any.")
    reason: str
    counts: dict[str, int] = Field(description="Those in training, by class.")
    precision: PrecisionEstimate
    model_version: int | None = Field(description="The version that said the newest of them.")


class LabelProposal(BaseModel):
    """What the champion says of an image without a class."""

    image_id: int
    file: str
    thumb: str
    suggested_label: str
    confidence: float = Field(ge=0, le=1)
    used: bool = Field(description="Whether a training with pseudo-labels would use it.")
    decision: Decision


class LabelProposalPage(BaseModel):
    """Proposals, the surest first."""

    model_config = ConfigDict(protected_namespaces=())

    items: list[LabelProposal]
    total: int
    next_cursor: str | None
    model_version: int | None = Field(description="The champion; null while there is none.")
    waiting: int = Field(description="Pictures without a class that it was not asked about yet.")
    used: dict[str, int] = Field(description="Would be used, by class.")
    left: dict[str, int] = Field(description="Would be left, by the class they were taken for.")
    reasons: dict[Decision, int] = Field(description="Would be left, by why.")
