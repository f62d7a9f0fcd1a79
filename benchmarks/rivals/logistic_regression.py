"""Rival: the logistic regression of scikit-learn, as it comes.

Reads `train_x`, `train_y`, `test_x` and `test_y` from a .npz file; prints one line of JSON.

    python benchmarks/rivals/logistic_regression.py FILE
"""

import json
import sys
import time
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression


def main() -> None:
    warnings.simplefilter("ignore")  # it says that it has not converged
    data = np.load(sys.argv[1])
    began = time.perf_counter()
    model = LogisticRegression().fit(data["train_x"], data["train_y"])
    seconds = time.perf_counter() - began
    accuracy = float(model.score(data["test_x"], data["test_y"]))
    figures = {"scikit_learn_s": round(seconds, 1), "scikit_learn_accuracy": accuracy}
    print(json.dumps({**figures, "scikit_learn_steps": int(model.n_iter_.max())}))


if __name__ == "__main__":
    main()
