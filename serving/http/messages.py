"""pydantic's error types in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

_MESSAGES = {
    "missing": "缺少必填字段",
    "extra_forbidden": "没有这个字段",
    "string_type": "须为字符串",
    "string_too_long": "至多 {max_length} 个字",
    "literal_error": "只能取 {expected}",
    "list_type": "须为数组",
    "model_type": "须为对象",
    "model_attributes_type": "须为对象",
    "int_type": "须为整数",
    "int_parsing": "须为整数",
    "float_type": "须为数字",
    "float_parsing": "须为数字",
    "finite_number": "须为有限数",
    "bool_type": "须为 true 或 false",
    "bool_parsing": "须为 true 或 false",
    "greater_than": "须大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "value_error": "{error}",
}


def message(error: Mapping[str, Any]) -> str:
    """What one entry of ``ValidationError.errors()`` says, without the value that was handed in."""
    context = {key: str(value).replace(" or ", " 或 ") for key, value in error.get("ctx", {}).items()}
    return _MESSAGES.get(error["type"], "取值无效").format(**context)


def describe(error: ValidationError) -> str:
    """A whole validation error in one line: ``字段：原因；字段：原因``."""
    parts = []
    for entry in error.errors(include_url=False, include_input=False):
        where = ".".join(map(str, entry["loc"]))
        parts.append(f"{where}：{message(entry)}" if where else message(entry))
    return "；".join(parts)
