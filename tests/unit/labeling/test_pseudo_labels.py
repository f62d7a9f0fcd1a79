from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tellapart.labeling.pseudo_labels import (
    Proposal,
    select_pseudo_labels,
    threshold_to_learn_from,
)

EVEN = {"cats": 10, "dogs": 10}


def sure(image_id: int, label: str, confidence: float = 0.99, **more: object) -> Proposal:
    fields: dict[str, object] = {"abstained_because": None, **more}
    return Proposal(image_id, label, confidence, **fields)  # type: ignore[arg-type]


def test_what_may_be_believed_is_used() -> None:
    found = select_pseudo_labels([sure(1, "cats"), sure(2, "dogs")], EVEN)
    assert found.decisions == {1: "used", 2: "used"}
    assert (found.used, found.left, found.reasons) == ({"cats": 1, "dogs": 1}, {}, {})


@pytest.mark.parametrize(
    ("proposal", "decision"),
    [
        (sure(1, "cats", 0.4, abstained_because="low_confidence"), "low_confidence"),
        (sure(1, "cats", abstained_because="unlike_training_data"), "unlike_training_data"),
        (sure(1, "cats", held_out=True), "like_test_image"),
        (sure(1, "rats"), "unknown_class"),
    ],
)
def test_what_may_not_be_believed_is_left(proposal: Proposal, decision: str) -> None:
    found = select_pseudo_labels([proposal, sure(2, "cats"), sure(3, "dogs")], EVEN)
    assert found.decisions[1] == decision
    assert found.reasons == {decision: 1}
    assert found.left == {proposal.label: 1}


def test_a_class_gets_no_more_than_its_share_and_the_surest() -> None:
    cats = [sure(number, "cats", 0.9 + number / 1000) for number in range(8)]
    found = select_pseudo_labels([*cats, sure(90, "dogs"), sure(91, "dogs")], EVEN)
    assert found.used == {"cats": 5, "dogs": 2}
    assert [i for i, each in found.decisions.items() if each == "class_share"] == [2, 1, 0]


def test_a_class_without_training_images_is_unknown() -> None:
    found = select_pseudo_labels([sure(1, "cats")], {"cats": 0, "dogs": 3})
    assert found.decisions == {1: "unknown_class"}
    assert select_pseudo_labels([], {}).decisions == {}


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.floats(0, 1), st.booleans())),
    st.fixed_dictionaries({name: st.integers(1, 50) for name in "abc"}),
)
def test_every_image_is_decided_and_no_share_is_passed(
    answers: list[tuple[str, float, bool]], counts: dict[str, int]
) -> None:
    proposals = [
        sure(number, label, confidence, abstained_because=None if good else "low_confidence")
        for number, (label, confidence, good) in enumerate(answers)
    ]
    found = select_pseudo_labels(proposals, counts)
    assert set(found.decisions) == set(range(len(answers)))
    believed = Counter(label for label, _, good in answers if good)
    for label, used in found.used.items():
        assert used <= believed[label]
        assert used < believed.total() * counts[label] / sum(counts.values()) + 1


@pytest.mark.parametrize(
    ("target", "answering", "others", "threshold"),
    [
        (0.95, 0.9, {0.99: 0.97, 0.8: 0.6}, 0.9),
        (0.8, 0.6, {0.99: 0.97, 0.95: 0.9}, 0.9),
        (0.8, 0.6, {0.99: 0.97}, 0.97),
        (0.6, 0.5, {0.8: 0.7}, 0.7),
        (0.99, 0.97, {0.95: 0.9}, 0.97),
        (0.6, 0.5, {}, 0.5),
    ],
    ids=["usual", "stricter", "next", "best", "as people get", "alone"],
)
def test_a_training_believes_less_than_people_are_told(
    target: float, answering: float, others: dict[float, float], threshold: float
) -> None:
    assert threshold_to_learn_from(target, answering, others) == threshold
