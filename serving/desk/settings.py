"""What the desk adds to the service's knobs."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Self

from platformdirs import user_data_path
from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from serving.desk.tiers import Limits
from serving.http.settings import ServeSettings


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class DeskSettings(ServeSettings):
    """The service's settings and the folder of the cases."""

    # A prefix of its own: TINGZHA_DATA already names other people's data sets.
    model_config = SettingsConfigDict(env_prefix="TINGZHA_DESK_")

    host: str = Field(default="127.0.0.1", description="监听地址；有登录之前只能是本机")
    port: int = Field(default=8010, ge=0, le=65535, description="监听端口；0 由系统分配")
    data: Path = Field(default_factory=lambda: user_data_path("tingzha", appauthor=False), description="存放案件的目录")
    demo: bool = Field(default=False, description="用虚构案件演示；数据在临时目录，退出即删")
    district: str = Field(default="", max_length=40, description="本单位辖区，新案件的缺省辖区")
    tier_high_score: float = Field(default=0.97, ge=0, le=1, description="判为诈骗且模型分数不低于此数：高，当面劝阻")
    tier_high_yuan: int = Field(default=50_000, ge=0, description="判为诈骗且涉案金额不低于此数（元）：高，当面劝阻")
    tier_medium_score: float = Field(default=0.5, ge=0, le=1, description="可疑且模型分数不低于此数：中，电话劝阻")
    due_high: int = Field(default=30, ge=1, description="高级任务的时限（分钟）")
    due_medium: int = Field(default=120, ge=1, description="中级任务的时限（分钟）")
    due_low: int = Field(default=1440, ge=1, description="低级任务的时限（分钟）")

    @property
    def limits(self) -> Limits:
        """Where the tiers of a dissuasion begin and how long each may wait."""
        return Limits(
            high_score=self.tier_high_score,
            high_cents=self.tier_high_yuan * 100,
            medium_score=self.tier_medium_score,
            high_minutes=self.due_high,
            medium_minutes=self.due_medium,
            low_minutes=self.due_low,
        )

    @model_validator(mode="after")
    def _only_this_machine(self) -> Self:
        if not is_loopback(self.host):
            raise ValueError(f"工作台还没有登录，只能在本机使用：请去掉 --host，或改为 127.0.0.1（收到 {self.host}）")
        return self
