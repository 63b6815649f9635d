"""The screener and its batcher, from loading to draining."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from nlp import Item, Result, Screener
from serving.http.batching import Batcher
from serving.http.metrics import Metrics
from serving.http.settings import ServeSettings

_log = logging.getLogger("tingzha.http")


class NotReady(Exception):
    """The model is still loading, could not be loaded, or the service is stopping."""


class Engine:
    """Loads the model off the event loop, so that health checks are answered meanwhile.

    Attributes:
        failure: why the model could not be loaded.
        on_failure: called when it could not.
    """

    def __init__(self, settings: ServeSettings, metrics: Metrics, screener: Screener | None = None) -> None:
        self.failure: Exception | None = None
        self.on_failure: Callable[[], None] = lambda: None
        self._settings = settings
        self._metrics = metrics
        self._given = screener
        self._screener: Screener | None = None
        self._batcher: Batcher | None = None

    @property
    def ready(self) -> bool:
        """True while texts are taken."""
        return self._batcher is not None

    @property
    def model(self) -> str:
        """Name and version of the model."""
        return self._loaded().model

    @property
    def taxonomy(self) -> dict[str, Any]:
        """The taxonomy the model was trained with."""
        return self._loaded().taxonomy

    async def load(self) -> None:
        """Load the model and begin to take texts."""
        settings = self._settings
        try:
            screener = self._given
            if screener is None:
                screener = await asyncio.to_thread(Screener.load, settings.model, settings.engine())
        except Exception as error:  # noqa: BLE001 - whatever it was, the service must stop rather than never be ready
            self.failure = error
            _log.error("模型无法载入：%s", error)
            self.on_failure()
            return
        self._screener = screener
        self._batcher = Batcher(
            screener.screen,
            workers=settings.threads,
            batch_chars=settings.batch_chars,
            queue_texts=settings.queue_texts,
            queue_chars=settings.queue_chars,
            on_batch=self._metrics.batch,
        )
        self._metrics.watch_queue(lambda: self._batcher.waiting if self._batcher else 0)
        _log.info("模型已就绪：%s", screener.model)

    async def screen(self, items: Sequence[Item]) -> list[Result]:
        """Answers in order.

        Raises:
            NotReady: there is no model yet.
            Overloaded: the queue is full.
        """
        if self._batcher is None:
            raise NotReady
        results = await self._batcher.screen(items)
        self._metrics.texts(results)
        return results

    async def close(self) -> None:
        """Answer what is waiting and stop; a screener that was handed in stays open."""
        batcher, self._batcher = self._batcher, None
        if batcher:
            await batcher.close()
        if self._screener and not self._given:
            self._screener.close()

    def _loaded(self) -> Screener:
        if self._screener is None:
            raise NotReady
        return self._screener
