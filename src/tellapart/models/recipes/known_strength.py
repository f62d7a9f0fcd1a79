"""The strength of a head's penalty, from the search that an earlier training made."""

from collections.abc import Sequence
from dataclasses import dataclass

from tellapart.models.backbones.catalogue import Backbone
from tellapart.registry.versions import ModelRegistry
from tellapart.store.database import Database

# Of fewer training pictures a search takes a moment.
_MANY_PICTURES = 10_000
# So far may the number of pictures, or the log loss on validation, have moved since.
_PICTURES_MOVED = 0.1
_LOSS_MOVED = 0.1


@dataclass(frozen=True)
class KnownStrength:
    """A strength, and the number of training pictures and the validation loss it was chosen at."""

    strength: float
    pictures: int
    loss: float

    def holds(self, loss: float | None) -> bool:
        """Whether a head of this strength is about as good on validation as that one was."""
        return loss is not None and abs(loss - self.loss) <= _LOSS_MOVED * self.loss


def known_strength(
    database: Database, class_names: Sequence[str], backbone: Backbone, pictures: int
) -> KnownStrength | None:
    """What the last probe of these classes and this backbone has chosen, where that still holds.

    A search fits four heads or more. Some corrected labels or some more pictures do not move the
    strength; what it was chosen at is handed on, so that many small moves add up to a search.
    """
    if pictures < _MANY_PICTURES:
        return None
    row = ModelRegistry(database).newest("probe", backbone.name)
    if row is None or list(row.class_names) != list(class_names):
        return None
    facts, chosen = row.parameters, row.parameters.get("C_chosen_at")
    if chosen is None or facts.get("embedding_key") != backbone.embedding_key:
        return None
    known = KnownStrength(facts["C"], chosen["pictures"], chosen["validation_loss"])
    moved = abs(pictures - known.pictures)
    return known if moved <= _PICTURES_MOVED * known.pictures else None
