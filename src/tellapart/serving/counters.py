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
STAGE_SECONDS = Histogram(
    "tellapart_prediction_stage_seconds",
    "Time of an answered picture in each stage: queue, decode, inference.",
    ["stage"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
WAITING = Gauge(
    "tellapart_predictions_waiting",
    "Pictures that wait for their answer, or are being answered.",
    multiprocess_mode="livesum",
)
CHAMPION_VERSION = Gauge(
    "tellapart_champion_version",
    "The model version in service.",
    multiprocess_mode="livemostrecent",
)
