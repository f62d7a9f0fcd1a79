"""The front door for Python: a folder that holds one classifier, and what can be done with it.

with Workspace("workspace") as workspace:
    workspace.import_images("images.zip")
    workspace.train()
    print(workspace.predict("cat.jpg").scores)
"""

from tellapart.labeling.review.decisions import ReviewDecision
from tellapart.workspace.workspace import Workspace

__all__ = ["ReviewDecision", "Workspace"]
