from io import BytesIO

import numpy as np
from fastapi.testclient import TestClient
from PIL import Image

from tellapart.api.services import Services
from tests.support.models.packages import register_colour_model
from tests.support.problems import assert_problem


def opacity(data: bytes) -> float:
    return float(np.asarray(Image.open(BytesIO(data)))[:, :, 3].mean())


def test_where_a_version_looks(client: TestClient, services: Services) -> None:
    # The only image is red all over.
    version = register_colour_model(services.storage, strange_from=0.3)
    image = client.get("/api/images").json()["items"][0]["id"]
    found = client.get(f"/api/models/{version}/heat-map/{image}")
    assert (found.status_code, found.headers["content-type"]) == (200, "image/png")
    assert "immutable" in found.headers["cache-control"]
    assert opacity(found.content) > 150
    other = client.get(f"/api/models/{version}/heat-map/{image}?label=blue")
    assert opacity(other.content) == 0


def test_more_versions_than_stay_open(client: TestClient, services: Services) -> None:
    versions = [register_colour_model(services.storage, strange_from=0.3) for _ in range(4)]
    for version in (*versions, versions[0]):
        assert client.get(f"/api/models/{version}/heat-map/1").status_code == 200


def test_what_cannot_be_drawn(client: TestClient, services: Services, champion: int) -> None:
    assert_problem(client.get(f"/api/models/{champion}/heat-map/1"), 409, "no_heat_map")
    version = register_colour_model(services.storage, strange_from=0.3)
    assert_problem(client.get(f"/api/models/{version}/heat-map/999"), 404, "not_found")
    assert_problem(client.get("/api/models/999/heat-map/1"), 404, "model_not_found")
    unknown = client.get(f"/api/models/{version}/heat-map/1?label=owl")
    assert_problem(unknown, 422, "invalid_request", "owl")
