"""What the check of labels was worth."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quality_summaries", sa.Column("label_check", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("quality_summaries", "label_check")
