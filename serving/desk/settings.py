"""What the desk adds to the service's knobs."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Self

from platformdirs import user_data_path
from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

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

    @model_validator(mode="after")
    def _only_this_machine(self) -> Self:
        if not is_loopback(self.host):
            raise ValueError(f"工作台还没有登录，只能在本机使用：请去掉 --host，或改为 127.0.0.1（收到 {self.host}）")
        return self
