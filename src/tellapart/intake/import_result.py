"""What an import did, in numbers and in names."""

from dataclasses import asdict, dataclass, field
from typing import Any

_LISTED_REJECTIONS = 100


@dataclass(frozen=True)
class RejectedFile:
    """A file that could not be used, and why."""

    name: str
    code: str
    reason: str


@dataclass
class ImportResult:
    """What an import did. `rejected` names the first hundred quarantined files.

    `issues` are the open ones of the whole data set, by kind.
    """

    source: str
    added: int = 0
    labeled: int = 0
    duplicates: int = 0
    conflicts: int = 0
    quarantined: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    rejected: list[RejectedFile] = field(default_factory=list)
    classes: dict[str, int] = field(default_factory=dict)
    issues: dict[str, int] = field(default_factory=dict)
    dataset_version: int | None = None

    def to_json(self) -> dict[str, Any]:
        """All fields, JSON-able."""
        return asdict(self)

    def reject(self, file: RejectedFile) -> None:
        """Count a quarantined file, and name it while there are few."""
        self.quarantined += 1
        if len(self.rejected) < _LISTED_REJECTIONS:
            self.rejected.append(file)
