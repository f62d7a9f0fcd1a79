import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tellapart.quality.out_of_fold import FOLDS, split_into_folds


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 10**6)), min_size=1, max_size=80))
def test_groups_of_any_numbers_share_a_fold(rows: list[tuple[int, int]]) -> None:
    labels = np.array([label for label, _ in rows], dtype=np.int64)
    groups = np.array([number for _, number in rows], dtype=np.int64)
    folds = split_into_folds(labels, groups, seed=0)
    assert set(folds.tolist()) <= set(range(FOLDS))
    for number in np.unique(groups):
        assert len(set(folds[groups == number])) == 1
