"""What a key has to be good for, route by route, where the server needs keys.

- `predict`: ask for predictions; read figures of models and data, but see no image.
- `label`: see images, and change what is said of them.
- `admin`: everything else, such as imports, trainings, promotions and model files.

A route that is not listed needs `admin`; a test says so.
"""

from tellapart.store.tables import Scope

# Anybody may ask: they tell nothing of the data, and the page has to load before it asks for a key.
PUBLIC = frozenset(
    (
        "GET /livez",
        "GET /readyz",
        "GET /docs",
        "GET /api/session",
        "POST /api/session",
        "DELETE /api/session",
    )
)

SCOPES_BY_ROUTE: dict[str, Scope] = {
    "GET /metrics": "predict",
    "GET /api/workspace": "predict",
    "POST /api/predict": "predict",
    "POST /api/predict/batch": "predict",
    "GET /api/data-insights": "predict",
    "GET /api/data-report": "label",
    "GET /api/images": "label",
    "GET /api/images/ids": "label",
    "PATCH /api/images": "label",
    "GET /api/images/{image_id}": "label",
    "PATCH /api/images/{image_id}": "label",
    "GET /api/images/{image_id}/file": "label",
    "GET /api/issues/{kind}": "label",
    "GET /api/embedding-map": "label",
    "POST /api/checks": "admin",
    "GET /api/dataset-versions": "label",
    "GET /api/dataset-versions/{version}": "label",
    "GET /api/dataset-versions/{version}/diff/{other}": "label",
    "POST /api/dataset-versions/{version}/restore": "label",
    "POST /api/dataset-versions/{version}/revert": "label",
    "POST /api/imports": "admin",
    "POST /api/import-previews": "admin",
    "GET /api/quarantine": "label",
    "POST /api/quarantine/retry": "admin",
    "GET /api/quarantine/{file_id}/file": "label",
    "DELETE /api/quarantine/{file_id}": "admin",
    "GET /api/jobs": "label",
    "GET /api/jobs/{job_id}": "label",
    "DELETE /api/jobs/{job_id}": "admin",
    "POST /api/jobs/{job_id}/resume": "admin",
    "GET /api/jobs/{job_id}/events": "label",
    "POST /api/retrain": "admin",
    "GET /api/training-options": "label",
    "GET /api/learning-curve": "label",
    "POST /api/learning-curve": "admin",
    "GET /api/worth-labelling": "label",
    "GET /api/monitoring/summary": "predict",
    "GET /api/monitoring/timeseries": "predict",
    "GET /api/monitoring/drift": "predict",
    "GET /api/monitoring/events": "predict",
    "GET /api/predictions": "label",
    "POST /api/predictions/{prediction_id}/feedback": "label",
    "POST /api/loadtests": "admin",
    "GET /api/loadtests": "label",
    "GET /api/loadtests/{load_test_id}": "label",
    "GET /api/loadtests/{load_test_id}/report": "label",
    "GET /api/models": "predict",
    "GET /api/models/{version}": "predict",
    "GET /api/models/{version}/report": "predict",
    "GET /api/models/{version}/card": "predict",
    "GET /api/models/{version}/compare/{other}": "predict",
    "GET /api/promotions": "predict",
    "GET /api/models/{version}/mistakes": "label",
    "GET /api/models/{version}/heat-map/{image_id}": "label",
    "GET /api/models/{version}/download": "admin",
    "POST /api/models/{version}/promote": "admin",
    "POST /api/models/rollback": "admin",
    "POST /predict": "predict",
    "POST /predict/batch": "predict",
    "GET /health": "predict",
    "GET /model/info": "predict",
    "GET /model/stats": "predict",
    "GET /data-insights": "predict",
    "GET /data-images/{path:path}": "label",
    "POST /retrain": "admin",
    "GET /retrain/status": "label",
    "POST /upload/data": "admin",
    "GET /data/batches": "label",
    "DELETE /data/clear": "admin",
    "GET /api/review": "label",
    "POST /api/review": "label",
    "POST /api/review/undo": "label",
    "GET /api/pseudo-labels": "predict",
    "GET /api/pseudo-labels/proposals": "label",
    "POST /api/pseudo-labels/proposals": "admin",
}


def scope_of(route: str) -> Scope | None:
    """What a key has to be good for; None when the route needs no key.

    Args:
        route: method and path template, such as `GET /api/jobs/{job_id}`.
    """
    return None if route in PUBLIC else SCOPES_BY_ROUTE.get(route, "admin")
