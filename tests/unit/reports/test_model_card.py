from dataclasses import replace
from typing import Any

import pytest

from tellapart.registry.versions import ModelRegistry
from tellapart.reports.model_card import model_card
from tellapart.store.storage import Storage
from tests.support.models.packages import register_colour_model

NEW_FACTS: dict[str, Any] = {
    "class_splits": {
        "red": {"train": 80, "validation": 10, "test": 10},
        "gr|een": {"train": 40, "validation": 5, "test": 5},
    },
    "leaks": 2,
    "threshold": {
        "value": 0.7, "target_precision": 0.95, "precision": 0.9, "coverage": 0.8, "reached": False,
    },
    "novelty": {"threshold": 4.0, "validation_share": 0.01},
    "exports": {
        "parity": {"onnx": 1e-7},
        "int8": {"kept": False, "reason": "It was no faster.", "speedup": 1.1},
        "heat_maps": True,
    },
    "weakest_classes": [{"label": "gr|een", "recall": 0.5, "f1": 0.6, "support": 5}],
    "confused_pairs": [{"label": "gr|een", "predicted": "red", "count": 2, "share": 0.4}],
    "preprocessing": {
        "width_px": 16, "height_px": 24, "resize_mode": "crop", "channel_order": "rgb",
    },
}  # fmt: skip


def card(storage: Storage, report: dict[str, Any] | None = None) -> str:
    model = ModelRegistry(storage.database).get(register_colour_model(storage))
    model.row.report = {**model.row.report, **(report or {})}
    return model_card(replace(model, aliases=("champion",)))


def test_a_card_of_an_old_version(storage: Storage) -> None:
    text = card(storage)
    assert text.startswith("# Model version 1 (champion)\n")
    assert "90.00% (95% interval 80.0% to 95.0%)" in text
    assert "| red | 1.000 | 1.000 | 1.000 | 1 |" in text
    assert "not kept by the release" in text
    assert "Leaks: not checked." in text
    assert "10 test pictures are few" in text
    assert "None" not in text


def test_a_card_of_a_new_version(storage: Storage) -> None:
    text = card(storage, NEW_FACTS)
    assert "| gr\\|een | 40 | 5 | 5 | 50 |" in text
    assert "| all | 120 | 15 | 15 | 150 |" in text
    assert "2 of 10 test pictures have a near-duplicate" in text
    assert "the target was not reached" in text
    assert "unlike its training pictures: 1.0%" in text
    assert "int8: It was no faster." in text
    assert "Most often missed (recall): gr\\|een (50.0%)" in text
    assert "uint8 `[N, 24, 16, 3]`" in text
    assert "resize((16, 24))" in text


def test_what_a_version_was_not_taught(storage: Storage) -> None:
    left_out = {"ow|ls": {"train": 0, "validation": 1, "test": 2}}
    text = card(storage, {"left_out": left_out, "leaks": 0, "leak_check": "fingerprints"})
    assert "It does not know ow\\|ls, which had no training pictures; its 2 test" in text
    assert "none found by fingerprint; by similarity not checked" in text


@pytest.mark.parametrize("name", ["a\nb", "# x", "[x](y)", "<script>", "é" * 400])
def test_any_class_name_stays_in_its_cell(storage: Storage, name: str) -> None:
    per_class = [{"label": name, "precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1}]
    text = card(storage, {"per_class": per_class})
    assert "<script>" not in text
    assert sum(line.count("| 1.000 | 1.000 | 1.000 | 1 |") for line in text.splitlines()) == 1
