"""``/-/api``: the API's document as a page to be read, with an example of each question."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, current_app
from werkzeug.wrappers import Response

from wiki.web.api.mounting import api_of
from wiki.web.forms import render_tool
from wiki.web.support import current_instance, share_response

bp = Blueprint("api_reference", __name__)

#: what stands for a parameter of a path in the examples
_WORDS = {"path": "index", "commit": "0" * 40, "id": "b-4h7tq2wn"}
_REFERENCE = "#/components/schemas/"


@bp.get("/api")
def reference() -> Response:
    """All that the API can be asked, from the same document that programs read."""
    from wiki.web.api.application import document_of

    document = document_of(api_of(current_app))
    url = current_instance().settings.public_url
    share_response()
    return render_tool(
        "api/reference.html",
        about=document["info"]["description"].split("\n")[0],
        rooms=list(_rooms(document, url)),
        document_url="/-/api/v1/openapi.json",
        first=f"curl {url}/-/api/v1/pages/index",
        with_token=f'curl -H "Authorization: Bearer $TOKEN" {url}/-/api/v1/me',
    )


def _rooms(document: Mapping[str, Any], url: str) -> Iterator[dict[str, Any]]:
    """The operations by their room, in the document's order."""
    rooms: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            told = _operation(document, path, method, operation, url)
            rooms[operation["tags"][0]].append(told)
    for tag in document["tags"]:
        words = tag.get("description") or ""
        yield {"name": tag["name"], "words": words, "operations": rooms[tag["name"]]}


def _operation(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any], url: str
) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    good = next(code for code in operation["responses"] if code.startswith("2"))
    content = operation["responses"][good].get("content", {}).get("application/json")
    summary, words = operation["summary"], operation.get("description", "")
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": summary,
        "words": "" if words.rstrip(".") == summary else words,
        "takes": [
            {
                "name": one["name"],
                "place": one["in"],
                "kind": _kind(one["schema"]),
                "words": one.get("description", ""),
            }
            for one in operation.get("parameters", ())
        ]
        + (_fields(document, body, "body") if body else []),
        "gives": _fields(document, content, "") if content else [],
        "curl": _curl(method, path, bool(body), url),
    }


def _fields(
    document: Mapping[str, Any], content: Mapping[str, Any], place: str
) -> list[dict[str, str]]:
    """The fields of the model that a body is made of."""
    name = content["schema"]["$ref"].removeprefix(_REFERENCE)
    model = document["components"]["schemas"][name]
    return [
        {
            "name": field,
            "place": place,
            "kind": _kind(schema),
            "words": schema.get("description", ""),
        }
        for field, schema in model.get("properties", {}).items()
    ]


def _kind(schema: Mapping[str, Any]) -> str:
    """A field's kind in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REFERENCE)
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    kind = str(schema.get("format") or schema.get("type", ""))
    if kind == "array":
        return f"{_kind(schema.get('items', {}))}[]"
    return kind


def _curl(method: str, path: str, has_body: bool, url: str) -> str:
    """One line to be pasted in a terminal."""
    for name, word in _WORDS.items():
        path = path.replace(f"{{{name}}}", word)
    parts = ["curl"]
    if method != "get":
        parts += ["-X", method.upper(), '-H "Authorization: Bearer $TOKEN"', "-H 'If-Match: \"…\"'"]
    if has_body:
        sent = '{"text": "# Bonjour\\n", "message": "Première ligne"}'
        parts += ["-H 'Content-Type: application/json'", f"-d '{sent}'"]
    return " ".join([*parts, f"{url}{path}"])
