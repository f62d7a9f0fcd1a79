"""Confidences and distances of predictions, counted in buckets."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_COUNTS = ("confidences", "distance_scores")


def upgrade() -> None:
    # What was counted before has none: a default, so that the rows need not be written anew.
    for name in _COUNTS:
        column = sa.Column(name, sa.JSON(), nullable=False, server_default="{}")
        op.add_column("prediction_rollups", column)


def downgrade() -> None:
    for name in _COUNTS:
        op.drop_column("prediction_rollups", name)
