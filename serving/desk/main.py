"""Runs the desk."""

from __future__ import annotations

from contextlib import closing

from serving.desk.app import create_desk
from serving.desk.settings import DeskSettings
from serving.desk.store.database import Database
from serving.http.main import run_app


def run(settings: DeskSettings) -> None:
    """Serve the desk until SIGTERM or Ctrl+C.

    Raises:
        ListenError: the address is taken.
        ModelError: the model cannot be loaded.
        StoreError: the folder of the cases cannot be used.
    """
    with closing(Database(settings.data)) as database:
        database.upgrade()
        run_app(create_desk(settings, database), settings)
