"""The OpenAPI document. ``python -m serving.http.openapi`` writes the committed copy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from serving.http.problems import MEDIA_TYPE, Kind
from serving.http.schemas import ProblemOut

COMMITTED = Path(__file__).with_name("openapi.json")
_REF = "#/components/schemas/"


def responses(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """A route's ``responses`` for FastAPI: success, and problems of these kinds."""
    found: dict[int | str, dict[str, Any]] = {200: {"description": "成功"}}
    for kind in kinds:
        response = found.setdefault(
            kind.status,
            {
                "description": "",
                "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_REF}ProblemOut"}, "examples": {}}},
            },
        )
        response["description"] = "；".join(filter(None, (response["description"], kind.title)))
        response["content"][MEDIA_TYPE]["examples"][kind.slug] = {
            "summary": kind.title,
            "value": {"type": kind.uri, "title": kind.title, "status": kind.status, "detail": kind.example},
        }
        if kind.status == 503:
            response["headers"] = {"Retry-After": {"description": "几秒后可重试", "schema": {"type": "integer"}}}
    return found


def complete(app: FastAPI) -> None:
    """Add what FastAPI cannot know: it would file the problem model under ``application/json``."""
    schemas = app.openapi()["components"]["schemas"]
    problem = ProblemOut.model_json_schema(ref_template=f"{_REF}{{model}}")
    schemas |= problem.pop("$defs")
    schemas["ProblemOut"] = problem


def render() -> str:
    """The document at default settings as the committed file holds it."""
    # Imported here: the application's routes import this module.
    from serving.http.app import create_app
    from serving.http.settings import ServeSettings

    # model_construct: the document must not depend on the environment it is made in.
    document = create_app(ServeSettings.model_construct()).openapi()
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    COMMITTED.write_text(render(), "utf-8")
    print(f"已写入 {COMMITTED}")
