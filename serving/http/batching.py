"""Texts of many requests in one queue; each worker takes what is there and screens it off the event loop."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from nlp import Item, Result

# Special tokens and the channel's word come with every text, so that a thousand empty ones are no empty batch.
_OVERHEAD = 4


class Overloaded(Exception):
    """The queue is full, or closed: refuse now rather than answer late."""


class Batcher:
    """A bounded queue in front of a blocking ``screen``.

    No worker waits for a batch to fill: an idle one takes a single text at once, and batches grow only while all are
    busy. A text whose caller has gone leaves the queue and costs nothing.

    Args:
        screen: answers a list of items in order; called from ``workers`` threads at the same time.
        workers: batches in flight.
        batch_chars: characters in one batch; a longer text goes alone.
        queue_texts: texts that may wait.
        queue_chars: characters that may wait; an empty queue takes any request.
        on_batch: told the number of texts in each batch.
    """

    def __init__(
        self,
        screen: Callable[[list[Item]], list[Result]],
        *,
        workers: int,
        batch_chars: int,
        queue_texts: int,
        queue_chars: int,
        on_batch: Callable[[int], object] = lambda _: None,
    ) -> None:
        self._screen = screen
        self._batch_chars = batch_chars
        self._queue_texts = queue_texts
        self._queue_chars = queue_chars
        self._on_batch = on_batch
        self._queue: OrderedDict[asyncio.Future[Result], Item] = OrderedDict()
        self._chars = 0
        self._arrived = asyncio.Event()
        self._closing = False
        self._threads = ThreadPoolExecutor(workers, "tingzha-batch")
        self._workers = [asyncio.create_task(self._work()) for _ in range(workers)]

    @property
    def waiting(self) -> int:
        """Texts in the queue."""
        return len(self._queue)

    async def screen(self, items: Sequence[Item]) -> list[Result]:
        """Answers in order; cancelling the call withdraws the texts that have not been begun.

        Raises:
            Overloaded: not all of ``items`` fit into the queue; none was taken.
        """
        answers = self._admit(items)
        try:
            return await asyncio.gather(*answers)
        finally:
            for answer in answers:
                answer.cancel()

    async def close(self) -> None:
        """Take nothing more, answer what is waiting, stop the workers."""
        self._closing = True
        self._arrived.set()
        await asyncio.gather(*self._workers)
        self._threads.shutdown()

    def _admit(self, items: Sequence[Item]) -> list[asyncio.Future[Result]]:
        chars = sum(map(_cost, items))
        full = len(self._queue) + len(items) > self._queue_texts or (
            self._queue and self._chars + chars > self._queue_chars
        )
        if self._closing or full:
            raise Overloaded
        loop = asyncio.get_running_loop()
        answers = []
        for item in items:
            answer: asyncio.Future[Result] = loop.create_future()
            answer.add_done_callback(self._remove)
            self._queue[answer] = item
            answers.append(answer)
        self._chars += chars
        self._arrived.set()
        return answers

    def _remove(self, answer: asyncio.Future[Result]) -> None:
        item = self._queue.pop(answer, None)
        if item is not None:
            self._chars -= _cost(item)

    async def _work(self) -> None:
        while batch := await self._take():
            self._on_batch(len(batch))
            await self._answer(batch)

    async def _take(self) -> dict[asyncio.Future[Result], Item]:
        """The next batch; empty once closed and drained."""
        while True:
            batch = self._pop()
            if batch or self._closing:
                return batch
            self._arrived.clear()
            await self._arrived.wait()

    def _pop(self) -> dict[asyncio.Future[Result], Item]:
        batch: dict[asyncio.Future[Result], Item] = {}
        room = self._batch_chars
        while self._queue:
            answer, item = next(iter(self._queue.items()))
            if batch and _cost(item) > room:
                break
            self._remove(answer)
            if not answer.done():
                batch[answer] = item
                room -= _cost(item)
        return batch

    async def _answer(self, batch: dict[asyncio.Future[Result], Item]) -> None:
        try:
            loop = asyncio.get_running_loop()
            results = await loop.run_in_executor(self._threads, self._screen, list(batch.values()))
        except Exception as error:  # noqa: BLE001 - it is the caller's, whatever it is
            if len(batch) > 1:
                # One text that breaks the engine must not take its neighbours with it.
                for answer, item in batch.items():
                    await self._answer({answer: item})
            else:
                (answer,) = batch
                if not answer.done():
                    answer.set_exception(error)
            return
        for answer, result in zip(batch, results, strict=True):
            if not answer.done():
                answer.set_result(result)


def _cost(item: Item) -> int:
    return len(item.text) + _OVERHEAD
