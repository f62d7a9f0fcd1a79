"""How every error of the API looks."""

from typing import Any

import httpx2


def assert_problem(
    response: httpx2.Response, status: int, code: str, *words: str
) -> dict[str, Any]:
    """Check a problem document (RFC 9457) and that its detail has these words; returns it."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert set(found) - {"job_id"} == {"type", "title", "status", "detail", "code"}
    assert (found["status"], found["code"]) == (status, code), found
    assert found["title"]
    assert code in found["type"]
    assert len(found["detail"]) > 15, "a sentence, not a word"
    assert len(found["detail"]) < 2000
    for word in words:
        assert word in found["detail"], found["detail"]
    return found
