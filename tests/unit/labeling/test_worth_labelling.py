import numpy as np

from tellapart.labeling.worth_labelling import most_worth_labelling


def test_doubtful_images_come_first_and_copies_of_them_last() -> None:
    probabilities = np.array(
        [[0.5, 0.5], [0.5, 0.5], [0.55, 0.45], [0.99, 0.01], [0.02, 0.98]], np.float32
    )
    embeddings = np.array([[1, 0, 0], [2, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1]], np.float32)
    rows, doubt = most_worth_labelling(probabilities, embeddings, 3)
    assert rows[:2].tolist() == [0, 2]
    assert rows[2] != 1
    assert np.allclose(doubt[:2], [1.0, 0.9], atol=1e-6)


def test_each_image_comes_once() -> None:
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(4), 50).astype(np.float32)
    embeddings = rng.normal(size=(50, 8)).astype(np.float32)
    rows, doubt = most_worth_labelling(probabilities, embeddings, 80)
    assert sorted(rows.tolist()) == list(range(50))
    assert ((doubt >= 0) & (doubt <= 1)).all()


def test_without_images_there_is_nothing() -> None:
    rows, doubt = most_worth_labelling(
        np.zeros((0, 3), np.float32), np.zeros((0, 8), np.float32), 5
    )
    assert len(rows) == len(doubt) == 0


def test_images_that_are_all_alike_are_borne() -> None:
    rows, _ = most_worth_labelling(np.full((6, 2), 0.5, np.float32), np.ones((6, 8), np.float32), 4)
    assert len(set(rows.tolist())) == 4
