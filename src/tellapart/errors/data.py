"""Images, sources and data sets that cannot be used."""

from tellapart.errors.root import TellapartError


class InvalidImage(TellapartError):
    """The bytes are not an image that we accept."""

    code = "invalid_image"
    status = 422
    title = "The picture cannot be used"


class NotAnImage(InvalidImage):
    """The bytes are empty, or of no image format that we read."""

    code = "not_an_image"
    title = "Not a picture"


class TruncatedImage(InvalidImage):
    """The header is good, the pixels are cut off or damaged."""

    code = "truncated_image"
    title = "The picture is damaged"


class ImageTooLarge(InvalidImage):
    """The header announces more pixels than the limit; nothing was decoded."""

    code = "image_too_large"
    title = "The picture has too many pixels"


class SourceError(TellapartError):
    """A data set cannot be read as one."""

    code = "source_error"
    status = 422
    title = "The data set cannot be read"


class SourceNotFound(SourceError):
    """No such folder, file or built-in data set."""

    code = "source_not_found"
    title = "Data set not found"


class UnsafeArchive(SourceError):
    """The archive could harm this machine, or is not an archive."""

    code = "unsafe_archive"
    title = "The archive is refused"


class NoClassesFound(SourceError):
    """Images are there, but nothing says which class they belong to."""

    code = "no_classes"
    title = "No classes found"


class DownloadFailed(SourceError):
    """A data set could not be fetched from where it is published."""

    code = "download_failed"
    title = "The download failed"


class DatasetError(TellapartError):
    """The data set cannot be used for this."""

    code = "dataset_error"
    status = 409
    title = "The data set is not ready"


class NotEnoughData(DatasetError):
    """Too few classes or images to train and to judge a model."""

    code = "not_enough_data"
    title = "Not enough data"


class NothingToUndo(DatasetError):
    """Nothing was decided that could be taken back."""

    code = "nothing_to_undo"
    title = "There is nothing to undo"


class InvalidClassName(DatasetError):
    """A class name is empty, too long or has characters that cannot be shown."""

    code = "invalid_class_name"
    status = 422
    title = "The class name cannot be used"


class ConflictingLabels(DatasetError):
    """A metadata file says two things of one image."""

    code = "conflicting_labels"
    status = 422
    title = "The labels contradict each other"
