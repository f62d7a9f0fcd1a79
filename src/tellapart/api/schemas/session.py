"""The key that the page uses."""

from pydantic import BaseModel, ConfigDict, Field

from tellapart.store.tables import Scope


class SignIn(BaseModel):
    """A key, to be kept by the browser."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(min_length=1, max_length=500)


class Session(BaseModel):
    """Whether a key is needed here, and whose has come."""

    key_needed: bool
    name: str | None
    scope: Scope | None
