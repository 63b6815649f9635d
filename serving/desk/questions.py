"""Questions that the text has not answered yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def still_to_ask(taxonomy: Mapping[str, Any], script: str, text: str) -> list[str]:
    """Those questions of a script for which no ``answered_by`` of the taxonomy is found in the text."""
    known = next(t for t in taxonomy["types"] if t["id"] == script)
    return [q["ask"] for q in known["questions"] if not any(re.search(p, text) for p in q["answered_by"])]
