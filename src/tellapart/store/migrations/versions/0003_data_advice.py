"""The learning curve, and the images most worth a class."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_advice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_version", sa.Integer(), nullable=False),
        sa.Column("learning_curve", sa.JSON(), nullable=False),
        sa.Column("worth_labelling", sa.JSON(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dataset_version"], ["dataset_versions.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
