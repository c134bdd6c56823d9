"""`/metrics` for Prometheus: where a token or a network is configured, and nowhere else."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_prometheus.middleware import PrometheusAfterMiddleware, PrometheusBeforeMiddleware
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from lms.grading.models import Submission

State = Submission.State


class QueueCollector(Collector):
    """How long the queue is, asked of the rows when somebody wants to know: one query."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("course_database_up", "Whether the database answered this scrape.")
        try:
            found = list(self._collect())
        except DatabaseError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from found

    def _collect(self) -> Iterator[Metric]:
        rows = (
            Submission.objects.filter(state__in=Submission.UNFINISHED)
            .values("state")
            .annotate(
                count=Count("pk"),
                # Those that an administrator has to look at are in no queue: lms/grading/aside.py.
                queued=Count("pk", filter=Q(retry_at__isnull=False)),
                oldest=Min("created_at", filter=Q(retry_at__isnull=False)),
            )
            .order_by()
        )
        by_state: dict[str, Any] = {row["state"]: row for row in rows}
        states = GaugeMetricFamily(
            "course_submissions_unfinished", "Submissions without a verdict, by state.", labels=["state"]
        )
        for state in Submission.UNFINISHED:
            states.add_metric([state.value], by_state.get(state, {}).get("count", 0))
        yield states
        waiting = [by_state[state] for state in (State.QUEUED, State.OURS) if state in by_state]
        yield GaugeMetricFamily(
            "course_queue_length",
            "Submissions that wait to be graded.",
            value=sum(row["queued"] for row in waiting),
        )
        oldest = min((row["oldest"] for row in waiting if row["oldest"]), default=None)
        yield GaugeMetricFamily(
            "course_queue_oldest_seconds",
            "For how long the oldest submission that waits has waited.",
            value=max((timezone.now() - oldest).total_seconds(), 0.0) if oldest else 0.0,
        )


@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer in Prometheus' text format; 404 to whoever is not meant."""
    if not is_allowed(request.META.get("REMOTE_ADDR", ""), request.headers.get("Authorization", "")):
        return HttpResponseNotFound("not found\n", content_type="text/plain")
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def count_page(request: HttpRequest, response: HttpResponse, began: float) -> None:
    """Count a page that went past Django's middleware as one that went through it.

    `began` is of time.perf_counter(). `request` has its resolver_match.
    """
    before, after = PrometheusBeforeMiddleware(metrics), PrometheusAfterMiddleware(metrics)
    before.process_request(request)
    after.process_request(request)
    request.prometheus_before_middleware_event = began  # type: ignore[attr-defined]
    request.prometheus_after_middleware_event = began  # type: ignore[attr-defined]
    after.process_view(request, None)
    after.process_response(request, response)
    before.process_response(request, response)


def exposition() -> bytes:
    """Return the counts of this process, or of all that share PROMETHEUS_MULTIPROC_DIR, and the queue."""
    queue = CollectorRegistry()
    queue.register(QueueCollector())
    counted = REGISTRY
    if settings.METRICS_DIR:
        counted = CollectorRegistry()
        MultiProcessCollector(counted, path=settings.METRICS_DIR)
    return generate_latest(counted) + generate_latest(queue)


def is_allowed(address: str, authorization: str) -> bool:
    """Whether somebody at `address` with this Authorization header may read the metrics."""
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    if settings.METRICS_TOKEN and secrets.compare_digest(authorization.encode(), wanted.encode()):
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    # What a socket for both kinds calls an IPv4 address.
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in settings.METRICS_NETWORKS)
