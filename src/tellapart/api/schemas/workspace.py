"""What the frame of the page shows on every page."""

from pydantic import BaseModel, Field

from tellapart.api.schemas.jobs import Job


class WorkspaceStatus(BaseModel):
    """The state of the whole, in one answer."""

    name: str
    version: str = Field(description="Release of Tellapart.")
    champion: int | None
    challenger: int | None
    dataset_version: int | None
    serving_problem: str | None = Field(
        description="Why the champion does not answer, though there is one; and what to do."
    )
    active_job: Job | None = Field(description="The job that runs, or else the next one waiting.")
