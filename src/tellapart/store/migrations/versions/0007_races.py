"""What two processes could do twice is unique; attempts that count no more."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("resumed_after", sa.Integer(), server_default="0", nullable=False)
        )
    with op.batch_alter_table("model_versions", schema=None) as batch_op:
        batch_op.create_unique_constraint(
            "uq_model_versions_job", ["job_id", "recipe", "dataset_version"]
        )
    current = sa.text("removed_in IS NULL")
    op.create_index(
        "uq_dataset_entries_current",
        "dataset_entries",
        ["image_id"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )


def downgrade() -> None:
    op.drop_index("uq_dataset_entries_current", "dataset_entries")
    with op.batch_alter_table("model_versions", schema=None) as batch_op:
        batch_op.drop_constraint("uq_model_versions_job", type_="unique")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_column("resumed_after")
