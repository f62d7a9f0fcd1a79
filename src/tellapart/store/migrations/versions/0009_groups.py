"""Groups of images that no split parts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("images", sa.Column("group_name", sa.String(length=400), nullable=True))
    op.create_index("ix_images_group_name", "images", ["group_name"])


def downgrade() -> None:
    op.drop_index("ix_images_group_name", "images")
    op.drop_column("images", "group_name")
