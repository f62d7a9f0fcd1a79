"""How routes declare the problems that they answer with: `responses=PROBLEMS[404, 409]`."""

from typing import Any

from tellapart.api.schemas.problems import Problem

PROBLEM_TYPE = "application/problem+json"
Responses = dict[int | str, dict[str, Any]]


class _Problems:
    def __getitem__(self, statuses: int | tuple[int, ...]) -> Responses:
        listed = (statuses,) if isinstance(statuses, int) else statuses
        # Without `model`: FastAPI would promise application/json beside it.
        schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
        return {
            status: {
                "description": "What went wrong.",
                "content": {PROBLEM_TYPE: {"schema": schema}},
            }
            for status in listed
        }


PROBLEMS = _Problems()
