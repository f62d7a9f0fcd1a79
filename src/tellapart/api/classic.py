"""The root paths of the two earlier systems, and how their clients are told of errors."""

import json

from fastapi.responses import JSONResponse

_PATHS = frozenset(
    {
        "/predict", "/predict/batch", "/data-insights", "/retrain", "/retrain/status",
        "/upload/data", "/health", "/model/info", "/model/stats", "/data/batches", "/data/clear",
    }
)  # fmt: skip
_IMAGES_PATH = "/data-images/"


def is_classic(path: str) -> bool:
    """Whether a path is one of the earlier systems."""
    return path in _PATHS or path.startswith(_IMAGES_PATH)


def for_earlier_client(problem: JSONResponse) -> JSONResponse:
    """The same in plain JSON, with `error` beside `detail`: each system had one of the two."""
    body = json.loads(bytes(problem.body))
    headers = {
        name: value
        for name, value in problem.headers.items()
        if name not in ("content-type", "content-length")
    }
    answer = {"success": False, "error": body["detail"], **body}
    return JSONResponse(answer, problem.status_code, headers)
