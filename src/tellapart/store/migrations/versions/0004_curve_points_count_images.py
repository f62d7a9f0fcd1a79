"""Points of learning curves count `images`."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ADVICE = sa.table("data_advice", sa.column("id", sa.Integer), sa.column("learning_curve", sa.JSON))


def upgrade() -> None:
    _rename("pictures", "images")


def downgrade() -> None:
    _rename("images", "pictures")


def _rename(old: str, new: str) -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(_ADVICE)).all():
        curve = row.learning_curve
        for point in curve.get("points", []):
            if old in point:
                point[new] = point.pop(old)
        change = sa.update(_ADVICE).where(_ADVICE.c.id == row.id).values(learning_curve=curve)
        connection.execute(change)
