"""What of the API is a tool: read from the document in which the API describes itself.

An operation is one where its token needs the scope ``read`` or ``propose``. Those that save or
delete need ``write``, and are none: what an assistant writes is read by somebody first. So a plugin
that adds to the API adds a tool, and nothing here knows of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: the scopes whose operations are tools
SCOPES = frozenset({"read", "propose"})
_REFERENCE = "#/components/schemas/"


@dataclass(frozen=True)
class Operation:
    """One operation of the API; ``path``, ``query`` and ``body`` name the arguments of each part.

    ``schema`` is the JSON schema of all of them.
    """

    name: str
    title: str
    words: str
    method: str
    address: str
    scope: str
    path: frozenset[str]
    query: frozenset[str]
    body: frozenset[str]
    schema: Mapping[str, Any]


def read_operations(document: Mapping[str, Any]) -> dict[str, Operation]:
    """The operations that are tools, by name."""
    found = {}
    for address, methods in document["paths"].items():
        for method, told in methods.items():
            scope = _scope(told)
            if scope in SCOPES:
                one = _operation(document, address, method, told, scope)
                found[one.name] = one
    return found


def _scope(told: Mapping[str, Any]) -> str:
    """The scope that a token needs for it."""
    needed = [one for way in told.get("security", ()) for one in way.get("token", ())]
    return str(needed[0]) if len(needed) == 1 else ""


def _operation(
    document: Mapping[str, Any], address: str, method: str, told: Mapping[str, Any], scope: str
) -> Operation:
    given = [one for one in told.get("parameters", ()) if one["in"] in ("path", "query")]
    properties = {one["name"]: _described(document, one) for one in given}
    needed = [one["name"] for one in given if one.get("required")]
    content = told.get("requestBody", {}).get("content", {}).get("application/json")
    body = _resolved(document, content["schema"]) if content else {}
    properties |= body.get("properties", {})
    needed += body.get("required", ())
    summary, words = told["summary"].rstrip("."), told.get("description", "").strip()
    return Operation(
        name=told["operationId"],
        title=summary,
        words=f"{summary}." if words.rstrip(".") in ("", summary) else f"{summary}. {words}",
        method=method.upper(),
        address=address,
        scope=scope,
        path=_names(given, "path"),
        query=_names(given, "query"),
        body=frozenset(body.get("properties", ())),
        schema={
            "type": "object",
            "properties": properties,
            "required": needed,
            "additionalProperties": False,
        },
    )


def _names(given: list[Mapping[str, Any]], place: str) -> frozenset[str]:
    return frozenset(one["name"] for one in given if one["in"] == place)


def _described(document: Mapping[str, Any], parameter: Mapping[str, Any]) -> dict[str, Any]:
    told = dict(_resolved(document, parameter["schema"]))
    if words := parameter.get("description"):
        told["description"] = words
    if parameter["name"] == "cursor":
        # What tools answer has it in place of the address of the next part.
        told["description"] = "The `cursor` of the part before; none for the first."
    return told


def _resolved(document: Mapping[str, Any], schema: Any) -> Any:
    """``schema`` with what it refers to in its place: a tool stands alone."""
    if isinstance(schema, list):
        return [_resolved(document, one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if name := schema.get("$ref"):
        return _resolved(document, document["components"]["schemas"][name.removeprefix(_REFERENCE)])
    return {key: _resolved(document, value) for key, value in schema.items() if key != "title"}
