"""A server that answers as OpenAI's do: Ollama, llama.cpp, vLLM and others; one call, in bounds.

Whatever goes wrong, nothing is said: passages stand without it. The log names what went wrong,
and no word of what was asked or said.
"""

import json
import logging
from collections.abc import Sequence
from http.client import HTTPException
from threading import BoundedSemaphore
from urllib.parse import urlsplit

from wiki.api.errors import BadRequest
from wiki.api.plugin import Settings, is_loopback
from wiki.api.web.outside import Limits, call_outside

_LOG = logging.getLogger(__name__)
#: bytes of an answer that are read, and tokens that it may have
_BYTES, _TOKENS = 200_000, 400
#: calls of one process at a time: its other threads serve pages meanwhile
_places = BoundedSemaphore(2)


def is_named(settings: Settings) -> bool:
    """Whether the operator has named a server and a model."""
    return bool(settings.answer_model_url and settings.answer_model)


def is_elsewhere(settings: Settings) -> bool:
    """Whether that server is on another machine than this one."""
    return not is_loopback(host_of(settings))


def complete(settings: Settings, messages: Sequence[dict[str, str]]) -> str:
    """What the model says; "" where it does not, or where it says too much to too many."""
    if not _places.acquire(blocking=False):
        return ""
    try:
        return _called(settings, messages)
    except (BadRequest, OSError, HTTPException, ValueError, RecursionError) as error:
        _LOG.warning("The model of answers says nothing: %s", type(error).__name__)
        return ""
    finally:
        _places.release()


def _called(settings: Settings, messages: Sequence[dict[str, str]]) -> str:
    asked = {
        "model": settings.answer_model,
        "messages": messages,
        "temperature": 0,
        "max_tokens": _TOKENS,
        "stream": False,
    }
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if settings.answer_model_key:
        headers["Authorization"] = f"Bearer {settings.answer_model_key}"
    seconds = settings.answer_model_seconds
    answer = call_outside(
        "POST",
        f"{settings.answer_model_url.rstrip('/')}/chat/completions",
        inside={host_of(settings)},
        setting="answer_model_url",
        headers=headers,
        body=json.dumps(asked).encode(),
        limits=Limits(wait=seconds, total=seconds, most=_BYTES),
    )
    if answer.status != 200:
        _LOG.warning("The model of answers says nothing: status %d", answer.status)
        return ""
    # Workers load what it leans on where a model is named, and not before.
    from .completion import Completion

    return Completion.model_validate_json(answer.body).choices[0].message.content


def host_of(settings: Settings) -> str:
    """The server's name."""
    return urlsplit(settings.answer_model_url).hostname or ""
