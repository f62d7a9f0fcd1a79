"""Upload batches, proposed labels, and the version that said a pseudo-label."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dataset_entries", sa.Column("model_version", sa.Integer(), nullable=True))
    op.create_index("ix_dataset_entries_origin", "dataset_entries", ["origin", "removed_in"])
    op.create_table(
        "upload_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_job_id", sa.String(length=32), nullable=False),
        sa.Column("training_job_id", sa.String(length=32), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "label_proposals",
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=400), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("abstained_because", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"]),
        sa.ForeignKeyConstraint(["model_version"], ["model_versions.version"]),
        sa.PrimaryKeyConstraint("image_id"),
    )


def downgrade() -> None:
    op.drop_table("label_proposals")
    op.drop_table("upload_batches")
    op.drop_index("ix_dataset_entries_origin", "dataset_entries")
    op.drop_column("dataset_entries", "model_version")
