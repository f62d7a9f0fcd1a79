"""What watches a deployment names only metrics that there are."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

from tellapart.api.app import create_app
from tellapart.settings import Settings

ROOT = Path(__file__).parents[2]
DASHBOARDS = sorted(ROOT.glob("deploy/grafana/dashboards/*.json"))
ALERTS = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8"))


def dashboard_queries() -> list[str]:
    panels = [panel for path in DASHBOARDS for panel in json.loads(path.read_text())["panels"]]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def alert_rules() -> list[dict[str, Any]]:
    return [rule for group in ALERTS["groups"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def metric_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Those that `/metrics` announces, with the endings that Prometheus knows of each type."""
    settings = Settings(workspace=tmp_path_factory.mktemp("metrics") / "workspace")
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        text = client.get("/metrics").text
    names = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        names |= {name} if kind != "histogram" else {f"{name}_{end}" for end in ENDINGS}
    return names


ENDINGS = ("bucket", "sum", "count")


def test_every_metric_exists(metric_names: set[str]) -> None:
    queries = [*dashboard_queries(), *(rule["expr"] for rule in alert_rules())]
    named = {name for query in queries for name in re.findall(r"tellapart_\w+", query)}
    assert named
    assert named <= metric_names


def test_every_alert_says_what_happened_and_how_bad_it_is() -> None:
    for rule in alert_rules():
        assert rule["annotations"]["summary"].endswith((".", "refused.")), rule["alert"]
        assert rule["labels"]["severity"] in ("warning", "critical"), rule["alert"]


def test_settings_that_the_deployment_names_exist() -> None:
    files = [ROOT / "compose.yaml", ROOT / "Dockerfile"]
    named = {
        name.lower()
        for file in files
        for name in re.findall(r"TELLAPART_([A-Z_]+)", file.read_text(encoding="utf-8"))
    }
    assert named <= set(Settings.model_fields)
