import json

import pytest

from tellapart.errors import ModelUnreadable
from tellapart.images.preprocessing import PreprocessingSpec
from tellapart.package.format import ModelPackage

PACKAGE = ModelPackage(
    spec=PreprocessingSpec(32, 24, "letterbox", "bgr", (1.5, 2.0, 3.0), (4.0, 5.0, 6.0), "bicubic"),
    class_names=("Kätzchen 🐱", "a dog"),
    recipe="probe",
    backbone="efficientnet-lite0",
    temperature=0.123456789012345,
    confidence_threshold=0.625,
    distance_threshold=12.5,
    median_distance=7.25,
)


def test_it_reads_back_what_it_wrote() -> None:
    assert ModelPackage.from_metadata(PACKAGE.to_metadata()) == PACKAGE


def test_without_a_backbone_there_is_none() -> None:
    metadata = {**PACKAGE.to_metadata(), "backbone": "", "recipe": "scratch"}
    assert ModelPackage.from_metadata(metadata).backbone is None


def test_a_model_of_the_first_format_has_no_distance() -> None:
    metadata = {**PACKAGE.to_metadata(), "tellapart_format": "1"}
    for key in OPTIONAL:
        del metadata[key]
    package = ModelPackage.from_metadata(metadata)
    assert (package.distance_threshold, package.median_distance) == (None, None)
    assert package.format_version == 1


def test_other_programs_find_plain_keys() -> None:
    metadata = PACKAGE.to_metadata()
    assert json.loads(metadata["class_names"]) == ["Kätzchen 🐱", "a dog"]
    assert json.loads(metadata["input_size"]) == [32, 24]
    assert (metadata["channel_order"], metadata["resize_mode"]) == ("bgr", "letterbox")


OPTIONAL = {"distance_threshold", "median_distance"}


@pytest.mark.parametrize("key", sorted(PACKAGE.to_metadata().keys() - OPTIONAL))
def test_a_missing_key_is_named(key: str) -> None:
    metadata = PACKAGE.to_metadata()
    del metadata[key]
    if key in {"input_size", "channel_order", "resize_mode"}:
        # For other programs; the preprocessing says the same.
        assert ModelPackage.from_metadata(metadata) == PACKAGE
    else:
        with pytest.raises(ModelUnreadable, match=key):
            ModelPackage.from_metadata(metadata)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("class_names", "not json"),
        ("class_names", '"a string"'),
        ("class_names", '["alone"]'),
        ("class_names", '["twice", "twice"]'),
        ("class_names", '["a", 2]'),
        ("class_names", '["a", ""]'),
        ("preprocessing", "[]"),
        ("preprocessing", "7"),
        ("preprocessing", '{"width_px": 0, "height_px": 8}'),
        ("temperature", "warm"),
        ("temperature", "-1"),
        ("temperature", "nan"),
        ("confidence_threshold", "1.5"),
        ("confidence_threshold", "nan"),
        ("distance_threshold", "far"),
        ("distance_threshold", "nan"),
        ("median_distance", "-1"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(key: str, value: str) -> None:
    with pytest.raises(ModelUnreadable, match="makes no sense"):
        ModelPackage.from_metadata({**PACKAGE.to_metadata(), key: value})


def test_a_newer_format_is_told_from_no_format() -> None:
    with pytest.raises(ModelUnreadable, match=r"format 3.*Update Tellapart"):
        ModelPackage.from_metadata({**PACKAGE.to_metadata(), "tellapart_format": "3"})
    with pytest.raises(ModelUnreadable, match="not a Tellapart model"):
        ModelPackage.from_metadata({"author": "somebody"})
