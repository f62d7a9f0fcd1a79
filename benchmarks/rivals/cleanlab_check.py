"""Rival: cleanlab with the logistic regression of scikit-learn, as its tutorial says.

Reads `embeddings`, `labels` and `probabilities` (ours) from a .npz file. Prints one line of JSON:
the scores of all labels and the rows of those it doubts, by its own model and by our probabilities.

    python benchmarks/rivals/cleanlab_check.py FILE
"""

import json
import sys
import time
import warnings
from typing import Any

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict


def main() -> None:
    warnings.simplefilter("ignore")
    data = np.load(sys.argv[1])
    began = time.perf_counter()
    model = LogisticRegression(max_iter=400)
    own = cross_val_predict(model, data["embeddings"], data["labels"], cv=5, method="predict_proba")
    found = judged(data["labels"], own)
    seconds = time.perf_counter() - began
    ours = judged(data["labels"], data["probabilities"].astype(np.float64))
    print(json.dumps({"seconds": seconds, "own": found, "with_our_probabilities": ours}))


def judged(labels: Any, probabilities: Any) -> dict[str, Any]:
    scores = get_label_quality_scores(labels, probabilities)
    doubted = find_label_issues(labels, probabilities, return_indices_ranked_by="self_confidence")
    return {"scores": scores.tolist(), "doubted": doubted.tolist()}


if __name__ == "__main__":
    main()
