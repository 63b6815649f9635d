"""The SQLite file: opened, migrated, and asked for sessions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.orm import Session

from nlp import TingzhaError

FILE = "desk.db"


class StoreError(TingzhaError):
    """The cases cannot be read or written."""


class Database:
    """One SQLite file in WAL mode.

    Raises:
        StoreError: the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        try:
            # Cases are personal data: other users of the machine stay out.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / FILE).touch(mode=0o600)
        except OSError as error:
            raise StoreError(f"案件目录 {folder} 不能写入（{error.strerror}）；请用 --data 另指一个目录") from error
        self.engine = create_engine(f"sqlite:///{folder / FILE}")
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", _begin)

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables up to a revision."""
        with self.engine.begin() as connection:
            command.upgrade(_config(connection), revision)

    def downgrade(self, revision: str) -> None:
        """Bring the tables down to a revision; what only later ones hold is lost."""
        with self.engine.begin() as connection:
            command.downgrade(_config(connection), revision)

    def reading(self) -> Session:
        """A session that only reads."""
        return Session(self.engine, expire_on_commit=False)

    def writing(self) -> Session:
        """A session that holds the file's write lock from its first statement."""
        return Session(self.engine.execution_options(writing=True), expire_on_commit=False)

    def close(self) -> None:
        """Close the file."""
        self.engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def _prepare(connection: Any, _: object) -> None:
    # The driver would begin transactions by rules of its own.
    connection.isolation_level = None
    for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A case number is read and then written: two writers must not read the same.
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
