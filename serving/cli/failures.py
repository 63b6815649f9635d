"""What the user did that cannot be done."""

from __future__ import annotations


class UsageError(Exception):
    """A usage error: a missing file, an unknown column, an unsupported format. The message, in Chinese, is shown."""
