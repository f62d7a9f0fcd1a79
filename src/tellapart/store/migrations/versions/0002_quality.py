"""Measures of each image, issues, excluded images, and who made a version."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quality_summaries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issues", sa.JSON(), nullable=False),
        sa.Column("checked_version", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "image_checks",
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column("near_duplicate_score", sa.Double(), nullable=True),
        sa.Column("label_score", sa.Double(), nullable=True),
        sa.Column("outlier_score", sa.Double(), nullable=True),
        sa.Column("odd_size_score", sa.Double(), nullable=True),
        sa.Column("map_x", sa.Double(), nullable=True),
        sa.Column("map_y", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["image_id"],
            ["images.id"],
        ),
        sa.PrimaryKeyConstraint("image_id"),
    )
    op.create_table(
        "image_issues",
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("kept", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_id"],
            ["classes.id"],
        ),
        sa.ForeignKeyConstraint(
            ["image_id"],
            ["images.id"],
        ),
        sa.PrimaryKeyConstraint("image_id", "kind"),
    )
    with op.batch_alter_table("image_issues", schema=None) as batch_op:
        batch_op.create_index(
            "ix_image_issues_kind", ["kind", "kept", "score", "image_id"], unique=False
        )

    with op.batch_alter_table("dataset_entries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("excluded", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.create_index(batch_op.f("ix_dataset_entries_added_in"), ["added_in"], unique=False)

    with op.batch_alter_table("dataset_versions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("author", sa.String(length=100), server_default="", nullable=False)
        )

    with op.batch_alter_table("images", schema=None) as batch_op:
        batch_op.add_column(sa.Column("thumbnail_offset", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("thumbnail_bytes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("perceptual_hash", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("fingerprint", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("brightness", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("contrast", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("sharpness", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("information", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("dark_score", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("bright_score", sa.Double(), nullable=True))

    with op.batch_alter_table("quarantined_files", schema=None) as batch_op:
        batch_op.add_column(sa.Column("label", sa.String(length=400), nullable=True))
        batch_op.add_column(sa.Column("split", sa.String(length=10), nullable=True))
