"""What goes wrong with long work."""

from tellapart.errors.root import TellapartError


class JobError(TellapartError):
    """A job cannot be run, found or changed."""

    code = "job_error"
    title = "The job failed"


class JobNotFound(JobError):
    """No job has this id."""

    code = "job_not_found"
    status = 404
    title = "No such job"


class JobNotResumable(JobError):
    """The job has not ended, has succeeded, or keeps no checkpoints."""

    code = "job_not_resumable"
    status = 409
    title = "The job cannot be resumed"


class AlreadyRunning(JobError):
    """Work of this kind runs or waits already, in the job `job_id`."""

    code = "already_running"
    status = 409
    title = "Already running"

    def __init__(self, message: str, job_id: str | None = None) -> None:
        super().__init__(message)
        self.job_id = job_id


class InvalidJob(JobError):
    """The row of a job has a kind or parameters that this release cannot use."""

    code = "invalid_job"
    status = 409
    title = "The job cannot be run"


class JobCancelled(JobError):
    """Somebody asked for the job to stop."""

    code = "cancelled"
    status = 409
    title = "Cancelled"


class LoadTestError(TellapartError):
    """A load test cannot be run."""

    code = "load_test_error"
    title = "The load test cannot be run"


class ForeignTarget(LoadTestError):
    """The server is not on this machine."""

    code = "foreign_target"
    status = 422
    title = "Not a server on this machine"


class TargetUnreachable(LoadTestError):
    """No server answers at the address."""

    code = "target_unreachable"
    status = 422
    title = "No server answers"


class LoadTestFailed(LoadTestError):
    """Locust ended before its time, or measured nothing."""

    code = "load_test_failed"
    title = "The load test failed"
