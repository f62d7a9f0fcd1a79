"""What Prometheus is told of the log of predictions."""

from prometheus_client import Counter, Gauge

WRITTEN = Counter("tellapart_prediction_log_written", "Predictions that were logged.")
DROPPED = Counter(
    "tellapart_prediction_log_dropped", "Predictions that were not logged: too many waited."
)
WAITING = Gauge(
    "tellapart_prediction_log_waiting",
    "Predictions that wait to be logged.",
    multiprocess_mode="livesum",
)
