"""What Prometheus is told; one registry for each application."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from nlp import Result

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """Counters of one application. No label holds anything a client can choose freely."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._requests = Counter(
            "tingzha_http_requests", "请求数，按路由与状态码", ["route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "tingzha_http_request_seconds", "请求耗时（秒）", ["route"], buckets=_SECONDS, registry=self._registry
        )
        self._texts = Counter(
            "tingzha_texts", "已识别文本数，按结论与渠道", ["verdict", "channel"], registry=self._registry
        )
        self._batch = Histogram("tingzha_batch_texts", "每批文本数", buckets=_SIZES, registry=self._registry)
        self._queue = Gauge("tingzha_queue_texts", "排队文本数", registry=self._registry)

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def texts(self, results: Iterable[Result]) -> None:
        """Count answered texts."""
        for result in results:
            self._texts.labels(result.verdict, result.channel).inc()

    def batch(self, size: int) -> None:
        """Note a batch's number of texts."""
        self._batch.observe(size)

    def watch_queue(self, waiting: Callable[[], int]) -> None:
        """Read the queue's length from ``waiting`` at each scrape."""
        self._queue.set_function(waiting)

    def render(self) -> bytes:
        """The exposition text."""
        return generate_latest(self._registry)
