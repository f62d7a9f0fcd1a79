"""What Prometheus is told of predictions; `/metrics` prints it."""

from prometheus_client import Counter, Gauge, Histogram

PREDICTIONS = Counter(
    "tellapart_predictions", "Pictures that were answered or refused.", ["outcome"]
)
PREDICTION_SECONDS = Histogram(
    "tellapart_prediction_seconds",
    "From taking a picture to its answer.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
CHAMPION_VERSION = Gauge("tellapart_champion_version", "The model version in service.")
