"""The log of predictions, its roll-ups, and feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "predictions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prediction_id", sa.String(32), nullable=True),
        sa.Column("route", sa.String(60), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("code", sa.String(40), nullable=True),
        sa.Column("model_version", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(400), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("abstained_because", sa.String(30), nullable=True),
        sa.Column("distance_score", sa.Double(), nullable=True),
        sa.Column("decode_ms", sa.Double(), nullable=True),
        sa.Column("queue_ms", sa.Double(), nullable=True),
        sa.Column("inference_ms", sa.Double(), nullable=True),
        sa.Column("total_ms", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("prediction_id"),
    )
    op.create_index("ix_predictions_at", "predictions", ["at", "id"])
    for name, column in (
        ("label", "label"), ("version", "model_version"), ("outcome", "outcome"),
        ("status", "status"),
    ):  # fmt: skip
        op.create_index(f"ix_predictions_{name}", "predictions", [column, "at", "id"])
    counts = ("requests", "answered", "low_confidence", "unlike_training_data", "distances")
    sums = ("confidence", "distance", "decode_ms", "queue_ms", "inference_ms")
    op.create_table(
        "prediction_rollups",
        sa.Column("resolution_s", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*counts, "dropped")),
        *(sa.Column(f"{name}_sum", sa.Double(), nullable=False) for name in sums),
        *(
            sa.Column(name, sa.JSON(), nullable=False)
            for name in ("failures", "classes", "latencies")
        ),
        sa.PrimaryKeyConstraint("resolution_s", "starts_at", "model_version"),
    )
    op.create_table(
        "prediction_feedback",
        sa.Column("prediction_id", sa.String(32), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("predicted_label", sa.String(400), nullable=False),
        sa.Column("label", sa.String(400), nullable=True),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("prediction_id"),
    )
    op.create_index("ix_prediction_feedback_at", "prediction_feedback", ["at", "correct"])


def downgrade() -> None:
    for table in ("prediction_feedback", "prediction_rollups", "predictions"):
        op.drop_table(table)
