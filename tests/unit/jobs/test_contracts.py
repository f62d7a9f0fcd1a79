import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellapart.errors import InvalidJob, InvalidRequest
from tellapart.jobs.contracts import (
    CONTRACTS,
    ImportParams,
    TrainParams,
    params_of,
    result_of,
)
from tellapart.jobs.payloads import checked, duration_s
from tellapart.store.tables import Job, JobKind
from tests.support.jobs import trained


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("1.5 m", 90), ("1h", 3600), (" 10m ", 600)]
)
def test_a_time_budget_in_words(text: str, seconds: float) -> None:
    assert duration_s(text) == seconds
    assert TrainParams(time_budget=text).time_budget_s == seconds


@pytest.mark.parametrize("text", ["", "0", "0m", "-1", "soon", "10 minutes", "1e3", "inf", "nan"])
def test_what_is_no_time_budget(text: str) -> None:
    with pytest.raises(InvalidRequest, match=r"time_budget: .* Write it like 90s, 10m or 1h\.$"):
        checked(TrainParams, {"time_budget": text})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"recipee": "auto"}, "there is no field 'recipee'"),
        ({"time_budget_s": -1}, "there is no field 'time_budget_s'"),
        ({"recipe": "forest"}, "recipe: Input should be 'auto', 'probe', 'scratch' or 'finetune'"),
        ({"epochs": 0, "seed": -1}, "epochs: .*; seed: "),
        ({"backbone": "\ud800"}, "backbone"),
    ],
)
def test_what_is_refused_is_named(values: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        checked(TrainParams, values)


@pytest.mark.parametrize("kind", CONTRACTS)
def test_each_kind_refuses_fields_that_nobody_knows(kind: JobKind) -> None:
    with pytest.raises(InvalidJob, match="no field 'surprise'"):
        params_of(Job(id="a", kind=kind, params={"surprise": 1}))


@given(st.builds(TrainParams, seed=st.integers(0, 2**32 - 1), epochs=st.none() | st.just(3)))
def test_parameters_survive_the_database(params: TrainParams) -> None:
    row = Job(id="a", kind=params.kind, params=params.model_dump(mode="json"))
    assert params_of(row) == params


def test_parameters_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        ImportParams(source="a").source = "b"  # type: ignore[misc]


def test_a_result_of_another_release() -> None:
    newer = {**trained().model_dump(), "surprise": 1}
    assert result_of(Job(id="a", kind="train", params={}, result=newer)) == trained()
    older = {"model_version": 1}
    assert result_of(Job(id="a", kind="train", params={}, result=older)) is None
    assert result_of(Job(id="a", kind="fly", params={}, result={})) is None
    assert result_of(Job(id="a", kind="train", params={})) is None
