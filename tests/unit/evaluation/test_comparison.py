import numpy as np
import pytest

from tellapart.evaluation.comparison import judge, mcnemar


def answers(only_first: int, only_second: int, both: int = 5) -> tuple[np.ndarray, np.ndarray]:
    first = [True] * only_first + [False] * only_second + [True] * both + [False] * both
    second = [False] * only_first + [True] * only_second + [True] * both + [False] * both
    return np.array(first), np.array(second)


@pytest.mark.parametrize(
    ("only_first", "only_second"),
    [(0, 0), (1, 0), (5, 5), (9, 1), (24, 0), (12, 12), (40, 20), (13, 12), (200, 100)],
)
def test_mcnemar(only_first: int, only_second: int) -> None:
    from scipy import stats  # takes a second, in each process that only collects

    found = mcnemar(*answers(only_first, only_second))
    assert (found.only_first, found.only_second) == (only_first, only_second)
    total, difference = only_first + only_second, abs(only_first - only_second)
    if total >= 25:
        expected = stats.chi2.sf((difference - 1) ** 2 / total, df=1)
    else:
        expected = stats.binomtest(only_first, total).pvalue if total else 1.0
    assert found.p_value == pytest.approx(expected)
    assert mcnemar(*answers(only_second, only_first)).p_value == found.p_value


def test_a_tie_is_no_difference() -> None:
    assert mcnemar(*answers(30, 30)).p_value == 1


def test_verdicts() -> None:
    def verdict(only_first: int, only_second: int) -> str:
        return mcnemar(*answers(only_first, only_second)).verdict("Version 1", "Version 2")

    assert "same pictures" in verdict(0, 0)
    assert "equally good" in verdict(3, 3)
    assert verdict(9, 1).startswith("Version 1 is better than Version 2")
    assert verdict(100, 200).startswith("Version 2 is better")
    assert "p < 0.001" in verdict(100, 200)
    assert "may be chance (p = 0.38)" in verdict(4, 1)


def test_a_model_is_judged_by_the_names_of_classes() -> None:
    probabilities = np.array([[0.1, 0.9], [0.8, 0.2], [0.7, 0.3]])
    found = judge(["cats", "dogs", "owls"], probabilities, ["dogs", "cats"])
    assert found.accuracy == pytest.approx(2 / 3), "it does not know owls"
    assert found.class_names == ("dogs", "cats", "owls"), "in the order of the model"
    assert found.log_loss > 5
    wider = judge(["cats"], probabilities[:1], ["dogs", "cats"], ["newts"])
    assert wider.class_names == ("dogs", "cats", "newts")
    assert wider.accuracy == 1
    with pytest.raises(ValueError, match="no predictions"):
        judge([], np.empty((0, 2)), ["a", "b"])
