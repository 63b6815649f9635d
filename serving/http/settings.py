"""The service's knobs in one frozen object: field = flag = ``TINGZHA_*`` variable = constructor argument."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

import nlp
from nlp.settings import available_cores


class ServeSettings(BaseSettings):
    """How the service listens, how much it takes on and how it runs the engine.

    An argument goes before its environment variable, the variable before the default.

    Example:
        >>> ServeSettings(port=9000).port
        9000

    Raises:
        pydantic.ValidationError: a value out of range; :func:`serving.http.messages.describe` says it in Chinese.
    """

    model_config = SettingsConfigDict(env_prefix="TINGZHA_", env_ignore_empty=True, frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", description="监听地址；0.0.0.0 对外开放")
    port: int = Field(default=8000, ge=0, le=65535, description="监听端口；0 由系统分配")
    model: Path | None = Field(default=None, description="自备模型的目录；缺省用随包模型")
    threads: int = Field(default_factory=available_cores, ge=1, description="推理线程数；缺省为可用核数")
    caution: float = Field(
        default=0.0, allow_inf_nan=False, description="判定松紧（对数几率）；大于 0 少误报，小于 0 少漏报"
    )
    batch_chars: int = Field(default=256, ge=1, description="每个线程一次最多处理的字数；更长的文本单独处理")
    max_items: int = Field(default=256, ge=1, description="批量接口一次最多条数")
    max_chars: int = Field(default=20_000, ge=1, description="每条文本最多字数")
    max_body_bytes: int = Field(default=2 * 1024 * 1024, ge=1, description="请求体最多字节数")
    queue_texts: int = Field(default=512, ge=1, description="最多排队条数，超出即拒绝（503）")
    queue_chars: int = Field(default=500_000, ge=1, description="最多排队字数，超出即拒绝（503）")
    request_timeout: float = Field(default=30.0, gt=0, allow_inf_nan=False, description="读取或处理一个请求最多秒数")
    shutdown_timeout: int = Field(default=30, ge=1, description="停止时等待在途请求的最多秒数")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="日志级别")
    docs: bool = Field(default=True, description="是否提供 /docs 与 /openapi.json")

    @model_validator(mode="after")
    def _a_full_batch_fits_the_queue(self) -> Self:
        if self.max_items > self.queue_texts:
            raise ValueError(f"max_items（{self.max_items}）不能大于 queue_texts（{self.queue_texts}）")
        return self

    def engine(self) -> nlp.Settings:
        """The part that the library takes."""
        return nlp.Settings(
            threads=self.threads,
            max_chars=self.max_chars,
            caution=self.caution,
        )
