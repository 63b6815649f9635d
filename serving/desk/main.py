"""Runs the desk."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from nlp import Screener
from serving.desk.app import create_desk
from serving.desk.demo import fill
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
    if settings.demo:
        _demo(settings)
        return
    with closing(Database(settings.data)) as database:
        database.upgrade()
        run_app(create_desk(settings, database), settings)


def _demo(settings: DeskSettings) -> None:
    """The same with invented cases, in a folder that is gone afterwards."""
    with (
        TemporaryDirectory(prefix="tingzha-") as folder,
        closing(Database(Path(folder))) as database,
        Screener.load(settings.model, settings.engine()) as screener,
    ):
        database.upgrade()
        fill(database, screener, settings.limits)
        run_app(create_desk(settings, database, screener), settings)
