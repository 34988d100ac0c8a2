"""Where the time of a request goes, for OpenTelemetry: off, and next to nothing, by default.

::

    request (web/operations/traces.py) ──▶ catch up · write commits
                                                    │
                                         OTLP over HTTP ──▶ a collector
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from wiki.errors import BadSetting
from wiki.resources import how_to_add, is_installed


class Headers(Protocol):
    """Those of a request."""

    def get(self, key: str, default: str, /) -> str:
        """One of them."""


_NOTHING: AbstractContextManager[Any] = nullcontext()


#: milliseconds between what is sent: a worker that ends takes what waits with it
_EACH = 1_000


class _Traces:
    """The tracer of this process, once there is one."""

    tracer: Any = None


def span(name: str, outside: Any = None, **said: str | int) -> AbstractContextManager[Any]:
    """Measures what is done inside it, as a part of what is measured here or ``outside``.

    ``said`` tells what it was done to, nobody by name.
    """
    if _Traces.tracer is None:
        return _NOTHING
    measured: AbstractContextManager[Any] = _Traces.tracer.start_as_current_span(
        name, context=outside, attributes=said
    )
    return measured


def spans_of(headers: Headers) -> Any:
    """What a proxy measures of a request (``traceparent``); None where nothing is measured here."""
    if _Traces.tracer is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carried = {name: headers.get(name, "") for name in ("traceparent", "tracestate")}
    return TraceContextTextMapPropagator().extract(carried)


def check_traces() -> None:
    """Raises BadSetting where OpenTelemetry is not installed."""
    if not is_installed("traces"):
        raise BadSetting(
            "setting 'traces_to' needs OpenTelemetry, which is not installed; to add it: "
            + how_to_add("traces"),
            "traces_to",
        )


def begin_traces(endpoint: str, service: str, node: str) -> None:
    """Sends what is measured in this process to ``endpoint``; to be called after a fork."""
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    told = {"service.name": service, "service.instance.id": node}
    provider = TracerProvider(resource=Resource.create(told))
    sent = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(sent, schedule_delay_millis=_EACH))
    trace.set_tracer_provider(provider)
    _Traces.tracer = trace.get_tracer("wiki")
