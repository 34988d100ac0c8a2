"""Tools: an operation of the API asked with the caller's token, and its answer as material.

An answer is JSON: whatever a page says stays a string inside of it.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from mcp.types import CallToolResult, TextContent, Tool, ToolAnnotations

from .client import Caller, Unreachable, Unsayable, WikiClient
from .operations import Operation


def tool_of(operation: Operation) -> Tool:
    """The tool as clients are told of it."""
    reads = operation.method == "GET"
    return Tool(
        name=operation.name,
        title=operation.title,
        description=operation.words,
        input_schema=dict(operation.schema),
        annotations=ToolAnnotations(
            read_only_hint=reads,
            destructive_hint=False,
            idempotent_hint=operation.method in ("GET", "PUT", "DELETE"),
            open_world_hint=False,
        ),
    )


async def call(
    wiki: WikiClient,
    caller: Caller,
    operation: Operation,
    arguments: Mapping[str, Any],
    site: str,
) -> CallToolResult:
    """What the API answers; its refusals are results too, in words that say what to do."""
    if unknown := sorted(set(arguments) - set(operation.schema["properties"])):
        return refused(f"{operation.name} takes no {unknown[0]!r}.")
    if missing := [one for one in operation.schema["required"] if one not in arguments]:
        return refused(f"{operation.name} needs {missing[0]!r}.")
    address = _address(operation, arguments)
    if address is None:
        return refused("There is no such address: give the path as `url` or `path` says it.")
    body = {name: arguments[name] for name in operation.body if name in arguments}
    try:
        answer = await wiki.ask(
            caller.headers,
            address,
            operation.method,
            query={name: arguments[name] for name in operation.query if name in arguments},
            body=body if operation.body else None,
        )
    except Unreachable:
        return refused(_problem(None, ""))
    except Unsayable:
        return refused("This cannot be asked: it is too long, or holds what is no text.")
    told = _json(answer.content)
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        return refused(_problem(told, answer.headers.get("retry-after", "")))
    return _said(json.dumps(_absolute(told, site), ensure_ascii=False))


def _address(operation: Operation, arguments: Mapping[str, Any]) -> str | None:
    """The address that the arguments make; None where one would lead elsewhere."""
    address = operation.address
    for name in operation.path:
        value = arguments[name]
        if not isinstance(value, str):
            return None
        value = value.strip("/")
        if not value or any(part in ("", ".", "..") for part in value.split("/")):
            return None
        address = address.replace(f"{{{name}}}", quote(value, safe="/", errors="replace"))
    return address


def _absolute(told: Any, site: str) -> Any:
    """``told`` with addresses that can be followed, and of the next part what asks for it."""
    if isinstance(told, list):
        return [_absolute(one, site) for one in told]
    if not isinstance(told, dict):
        return told
    found = {key: _absolute(value, site) for key, value in told.items()}
    if isinstance(url := found.get("url"), str) and url.startswith("/"):
        found["url"] = site + url
    if "next" in found:
        after = parse_qs(urlsplit(found.pop("next") or "").query).get("cursor")
        found |= {"cursor": after[0]} if after else {}
    return found


def _problem(told: Any, seconds: str) -> str:
    """An answer of the API that says no, in its own words; ``told`` is None where there is none."""
    if not isinstance(told, dict) or not told.get("detail"):
        return "The wiki does not answer just now. Try again in a moment."
    reasons: Sequence[Mapping[str, str]] = told.get("errors") or ()
    words = [told["detail"], *(f"{one['place']}: {one['words']}" for one in reasons)]
    if seconds:
        words.append(f"Try again in {seconds} seconds.")
    return "\n".join(words)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else {}
    except ValueError:
        return None


def _said(words: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=words)])


def refused(words: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=words)], is_error=True)
