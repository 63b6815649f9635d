"""Tingzha's classifier as a library: no torch, no server, one CPU core is enough.

>>> from nlp import Screener
>>> Screener.load().screen("【中国移动】您本月账单36.8元，回复101查询").verdict
'normal'
"""

from nlp.errors import InputError, ManifestError, ModelError, TingzhaError
from nlp.result import Channel, Evidence, Result, Scored, Verdict
from nlp.screener import Item, Screener
from nlp.settings import Settings

__all__ = [
    "Channel",
    "Evidence",
    "InputError",
    "Item",
    "ManifestError",
    "ModelError",
    "Result",
    "Scored",
    "Screener",
    "Settings",
    "TingzhaError",
    "Verdict",
]
