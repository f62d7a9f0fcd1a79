"""The files in quarantine, to be tried again."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import cast

from sqlalchemy import Select, func, select

from tellapart.dataset.class_names import clean_class_name
from tellapart.errors import BlobNotFound, InvalidClassName, InvalidImage
from tellapart.intake.quarantine import kept_bytes
from tellapart.intake.sources.items import RefusedFile, Source, SourceItem
from tellapart.store.storage import Storage
from tellapart.store.tables import QuarantinedFile, Split

QUARANTINE = "quarantine:"
_PAGE = 500


class QuarantineSource(Source):
    """The quarantined files whose bytes are kept, oldest first, with the class that they came with.

    One that came under an unusable class name, or under several, comes without a class.
    """

    def __init__(self, storage: Storage) -> None:
        self.name = "quarantine"
        self.skipped: Counter[str] = Counter()
        self.skipped_examples: dict[str, list[str]] = {}
        self.notes: list[str] = []
        self.refused: list[RefusedFile] = []
        self._storage = storage
        count = select(func.count(QuarantinedFile.id)).where(
            QuarantinedFile.content_hash.is_not(None)
        )
        with storage.database.reading() as session:
            self.total = session.scalar(count) or 0

    def items(self) -> Iterator[SourceItem]:
        """Those that are there now; what comes into quarantine meanwhile is not among them."""
        with self._storage.database.reading() as session:
            last = session.scalar(select(func.max(QuarantinedFile.id))) or 0
        after = 0
        while rows := self._rows(after, last):
            after = rows[-1].id
            yield from map(self._item, rows)

    def close(self) -> None:
        """Nothing is open."""

    def _rows(self, after: int, last: int) -> list[QuarantinedFile]:
        query: Select[QuarantinedFile] = (
            select(QuarantinedFile)
            .where(QuarantinedFile.id > after, QuarantinedFile.id <= last)
            .where(QuarantinedFile.content_hash.is_not(None))
            .order_by(QuarantinedFile.id)
            .limit(_PAGE)
        )
        with self._storage.database.reading() as session:
            return list(session.scalars(query))

    def _item(self, row: QuarantinedFile) -> SourceItem:
        assert row.content_hash is not None
        return SourceItem(
            name=row.name,
            label=self._class_name(row.label),
            split=cast("Split | None", row.split),
            size_bytes=kept_bytes(self._storage.blobs, row) or 0,
            read=partial(self._read, row.name, row.content_hash),
        )

    def _class_name(self, label: str | None) -> str | None:
        longest = self._storage.settings.max_class_name_length
        try:
            return None if label is None else clean_class_name(label, max_length=longest)
        except InvalidClassName:
            return None

    def _read(self, name: str, content_hash: str) -> bytes:
        try:
            return self._storage.blobs.read(content_hash)
        except BlobNotFound as error:
            raise InvalidImage(f"{name} cannot be read: {error}") from error
