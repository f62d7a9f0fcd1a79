"""What people decide of images that wait: the review queue of a workspace."""

from collections.abc import Sequence

from tellapart.jobs.contracts import ProposalParams, ProposalResult
from tellapart.jobs.progress import ProgressReporter
from tellapart.labeling.review.decisions import ReviewDecision, ReviewResult, decide, undo
from tellapart.labeling.review.queue import (
    ReviewFilter,
    ReviewOrder,
    ReviewQueue,
    read_queue,
    take_from_queue,
)
from tellapart.registry.versions import CHAMPION
from tellapart.workspace.opened import OpenedWorkspace, user_name


class ReviewedWorkspace(OpenedWorkspace):
    """A workspace folder, opened, and its review queue."""

    def review(
        self,
        *,
        order: ReviewOrder = "teaching",
        label: str | None = None,
        limit: int = 20,
        take: bool = True,
    ) -> ReviewQueue:
        """Images without a class, or with a pseudo-label that nobody has confirmed.

        Args:
            order: `teaching`, what teaches a model most first; `random`, a fair sample.
            label: only with this suggested class.
            limit: how many.
            take: keep others from them for some minutes.
        """
        chosen = ReviewFilter(order, label, limit)
        get = take_from_queue if take else read_queue
        return get(self.storage.database, chosen, _holder(), self.registry.alias(CHAMPION))

    def propose_labels(self, reporter: ProgressReporter | None = None) -> ProposalResult:
        """Ask the champion about images without a class: what it says are the suggestions.

        Raises:
            JobError: it failed; the message says why.
        """
        return self.run(ProposalParams(), reporter)

    def decide(self, decisions: Sequence[ReviewDecision]) -> ReviewResult:
        """Accept, label, reject or skip images of the review queue, as one dataset version.

        Raises:
            InvalidRequest, InvalidClassName: nothing was changed.
        """
        with self.storage.database.writing() as session:
            return decide(session, decisions, self.settings, holder=_holder(), author=user_name())

    def undo_decisions(self) -> ReviewResult:
        """Take back what was decided last.

        Raises:
            NothingToUndo: nothing was, or all of it was taken back.
        """
        with self.storage.database.writing() as session:
            return undo(session, holder=_holder(), author=user_name())


def _holder() -> str:
    """Who holds the leases; not one of those that ask a server."""
    return f"user {user_name()}"
