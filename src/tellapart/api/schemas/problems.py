"""Errors on the wire (RFC 9457)."""

from pydantic import BaseModel, Field


class Problem(BaseModel):
    """What went wrong: `detail` for people, `code` for programs."""

    type: str = Field(description="`urn:tellapart:problem:` and the code.")
    title: str
    status: int
    detail: str = Field(description="What came, what was expected, what to do.")
    code: str
    job_id: str | None = Field(
        None, exclude_if=lambda value: value is None, description="The job that stands in the way."
    )
