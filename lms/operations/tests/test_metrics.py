"""`/metrics` answers whom it is meant for, with how long the queue is and how grades went."""

from __future__ import annotations

import ipaddress
import urllib.error
import urllib.request
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from prometheus_client import REGISTRY

from lms.grading.models import Submission
from lms.grading.run import run
from lms.grading.tests.factories import SOLUTION, ExerciseFactory, LearnerFactory
from lms.operations.worker_metrics import serve_metrics
from sandbox.jail import start_jail

# Whatever is not there asks the database whether it has moved.
pytestmark = pytest.mark.django_db

TOKEN = "a-token-for-prometheus"


def read(client: Client | None = None, token: str = TOKEN, **extra: str) -> dict[str, float]:
    response = (client or Client()).get("/metrics", headers={"Authorization": f"Bearer {token}"}, **extra)
    assert response.status_code == 200
    return parse(response.content.decode())


def parse(text: str) -> dict[str, float]:
    rows = [line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in rows}


def count(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def waiting(state: str = "queued", seconds: int = 0) -> Submission:
    row = Submission.objects.create(
        learner=LearnerFactory(), exercise=ExerciseFactory(), files={}, state=state
    )
    Submission.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(seconds=seconds))
    return row


def test_without_configuration_there_are_no_metrics():
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"])
def test_a_wrong_token_gets_nothing(settings, sent: str):
    settings.METRICS_TOKEN = TOKEN
    assert Client().get("/metrics", headers={"Authorization": sent}).status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [("10.1.2.3", 200), ("::ffff:10.1.2.3", 200), ("fd00::1", 200), ("192.0.2.1", 404), ("nonsense", 404)],
)
def test_a_network_is_let_in_by_the_address(settings, address: str, status: int):
    settings.METRICS_NETWORKS = [ipaddress.ip_network(one) for one in ("10.0.0.0/8", "fd00::/8")]
    assert Client(REMOTE_ADDR=address).get("/metrics").status_code == status


def test_the_queue_by_state_its_length_and_its_age(settings, django_assert_num_queries):
    settings.METRICS_TOKEN = TOKEN
    waiting(seconds=90), waiting(), waiting("ours")
    with django_assert_num_queries(1):
        found = read()
    assert found['course_submissions_unfinished{state="queued"}'] == 2
    assert found['course_submissions_unfinished{state="running"}'] == 0
    assert found["course_queue_length"] == 3
    assert 90 <= found["course_queue_oldest_seconds"] < 120
    assert found["course_database_up"] == 1


def test_what_is_left_to_an_administrator_is_in_no_queue(settings):
    settings.METRICS_TOKEN = TOKEN
    waiting("ours", seconds=90)
    Submission.objects.update(retry_at=None)
    found = read()
    assert found['course_submissions_unfinished{state="ours"}'] == 1
    assert found["course_queue_length"] == found["course_queue_oldest_seconds"] == 0


def test_an_empty_queue_is_a_zero_and_not_a_gap(settings):
    settings.METRICS_TOKEN = TOKEN
    assert read()["course_queue_length"] == 0
    assert read()["course_queue_oldest_seconds"] == 0


def test_without_a_database_the_other_figures_are_still_told(settings):
    settings.METRICS_TOKEN = TOKEN
    with patch("lms.operations.metrics.Submission.objects.filter", side_effect=OperationalError("gone")):
        found = read()
    assert found["course_database_up"] == 0
    assert "course_queue_length" not in found
    assert any(name.startswith("process_") for name in found)


def test_a_grade_is_counted_by_phase_and_a_refusal_of_the_jail_by_its_work(settings):
    before = {
        name: count("course_grade_phase_seconds_count", phase=name) for name in ("queue", "boot", "all")
    }
    passed, refused = (
        count("course_grades_total", state="passed"),
        count("course_jail_refusals_total", work="grade"),
    )
    row = Submission.objects.create(
        learner=LearnerFactory(), exercise=ExerciseFactory(), files={"greetings.py": SOLUTION}
    )
    settings.JAIL_SOCKET = ""
    run(str(row.pk))
    assert count("course_jail_refusals_total", work="grade") == refused + 1
    with start_jail() as jail:
        settings.JAIL_SOCKET = str(jail.socket_path)
        run(str(row.pk))
    assert count("course_grades_total", state="passed") == passed + 1
    for name, earlier in before.items():
        assert count("course_grade_phase_seconds_count", phase=name) == earlier + 1
    assert count("course_grade_phase_seconds_sum", phase="boot") > 0


def test_a_worker_serves_its_metrics_on_a_port_of_its_own(settings):
    settings.METRICS_ON, settings.METRICS_TOKEN, settings.METRICS_HOST = True, TOKEN, "127.0.0.1"
    settings.METRICS_PORT = 0
    assert serve_metrics() is None
    from tests.stack import free_ports

    (settings.METRICS_PORT,) = free_ports(1)
    server = serve_metrics()
    assert server is not None
    url = f"http://127.0.0.1:{server.server_port}/metrics"
    try:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url, timeout=5)
        assert refused.value.code == 404
        refused.value.close()
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {TOKEN}"})
        with patch("lms.operations.metrics.QueueCollector._collect", return_value=iter(())):
            text = urllib.request.urlopen(request, timeout=5).read().decode()
        assert "course_jail_refusals_total" in text
    finally:
        server.shutdown()
        server.server_close()
