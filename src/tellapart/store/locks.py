"""Named locks: whoever reads rows and then writes by what they say holds one until the commit.

SQLite has one lock for all writers, which `Database.writing` takes at the start (`BEGIN
IMMEDIATE`); PostgreSQL has advisory locks, which end with the transaction.
"""

from typing import Literal, get_args
from zlib import crc32

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

LockName = Literal["schema", "intake", "dataset", "registry", "jobs", "predictions", "review"]

# The execution option of connections that write.
WRITES = "tellapart_writes"
# Whoever needs several takes them in this order, so that no two can wait for each other.
_ORDER: tuple[LockName, ...] = get_args(LockName)
# PostgreSQL names a lock by two numbers: one is ours, so that other programs have their own.
_NAMESPACE = crc32(b"tellapart") - 2**31
_HELD = "tellapart_locks"
_TAKE = text("SELECT pg_advisory_xact_lock(:namespace, :number)")


def hold(session: Session, *names: LockName) -> None:
    """Hold these locks until the transaction of `session` ends; what is held already stays so.

    - `schema`: the tables themselves.
    - `intake`: rows of images that no version has yet, and the quarantine.
    - `dataset`: versions, classes, issues, checks and advice.
    - `registry`: model versions, their files, and who is champion.
    - `jobs`: which job runs.
    - `predictions`: roll-ups of the log, and feedback.
    - `review`: who holds a lease on which image of the review queue.

    Raises:
        RuntimeError: the session only reads, or another lock would have to be taken first.
    """
    connection = session.connection()
    if not connection.get_execution_options().get(WRITES):
        raise RuntimeError(f"a session that only reads cannot hold {names}")
    transaction, held = session.info.get(_HELD, (None, ()))
    if transaction is not session.get_transaction():
        held = ()
    for name in sorted(set(names) - set(held), key=_ORDER.index):
        if any(_ORDER.index(other) > _ORDER.index(name) for other in held):
            raise RuntimeError(f"the lock {name!r} has to be taken before {held}")
        take(connection, name)
        held = (*held, name)
    session.info[_HELD] = session.get_transaction(), held


def take(connection: Connection, name: LockName) -> None:
    """Take a lock for a connection that has begun to write."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TAKE, {"namespace": _NAMESPACE, "number": _ORDER.index(name)})
