"""The control room, and each mission noticed when it is done, and not before."""

import pytest
from bs4 import BeautifulSoup

from lessons.deployment.gunicorn_nginx import missions
from lessons.deployment.gunicorn_nginx.demo import houses, slow
from lessons.deployment.gunicorn_nginx.demo.models import Lease, Report

STAGE = "/stage/deployment/gunicorn_nginx/"
CHOICE = {"worker_class": "sync", "workers": 2, "max_requests": 0, "timeout": 30}


@pytest.fixture
def learner(visit):
    learner = visit("gunicorn_nginx")
    yield learner
    with learner.world():
        for lease in Lease.objects.all():
            houses.close(lease.token)


def done(learner) -> set[str]:
    state = learner.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def told(learner) -> str:
    return " ".join(message["text"] for message in learner.traces[-1]["messages"])


def open_house(learner, **choice) -> None:
    learner.post("open/", CHOICE | choice)
    assert told(learner).startswith("Open: "), told(learner)


def my_house(learner) -> houses.House:
    with learner.world():
        return houses.find(Lease.objects.get().token)


def test_a_closed_house_can_be_looked_at_and_nothing_else(learner):
    for path in ("", "logs/", "files/"):
        response = learner.get(path)
        assert response.status_code == 200 and "style=" not in response.text
    assert learner.get("look/").status_code == 302
    for path in ("workers/1/", "gunicorn/", "bursts/", "slow/", "static/", "close/"):
        response = learner.post(
            path, {"happening": "hup", "route": "direct", "kind": "sends", "order": "stop"}
        )
        assert response.status_code == 302
        assert told(learner)
    assert done(learner) == set()


def test_nonsense_opens_nothing(learner):
    learner.post("open/", CHOICE | {"workers": 40})
    assert "cannot be opened" in told(learner)
    assert houses.count() == 0


def test_an_afternoon(learner, nginx, monkeypatch):
    monkeypatch.setattr(slow, "SECONDS", 0.8)
    monkeypatch.setattr(slow, "PROBES", 2)
    open_house(learner)
    mine = my_house(learner)
    page = BeautifulSoup(learner.get().content, "html.parser")
    assert [row.th.text for row in page.select("tbody tr")] == [
        "master",
        "worker 1",
        "worker 2",
    ]

    learner.post("workers/1/", {"how": "kill"})
    assert told(learner) == "The master knows no worker 1."
    assert done(learner) == set()
    learner.post(f"workers/{mine.workers()[0]['pid']}/", {"how": "kill"})
    assert done(learner) == {"another_one_comes"}

    response = learner.post("bursts/", {"happening": "hup"}, follow=True)
    assert response.status_code == 200 and "style=" not in response.text
    assert done(learner) == {"another_one_comes", "not_one_lost"}

    learner.post("slow/", {"route": "buffered", "kind": "sends"})
    assert "nothing_held" not in done(learner)
    learner.post("slow/", {"route": "direct", "kind": "sends"})
    assert learner.post("slow/", {"route": "buffered", "kind": "sends"}, follow=True).status_code == 200
    assert "nothing_held" in done(learner)
    assert learner.post("static/", follow=True).status_code == 200

    learner.get("look/", {"to": "front", "path": "/"})
    learner.post("gunicorn/", {"order": "stop"})
    learner.get("look/", {"to": "front", "path": "/"})
    assert "nginx: 502 Bad Gateway" in told(learner)
    assert "connect() to unix:gunicorn.sock failed" in learner.get("logs/").text
    learner.post("bursts/", {"happening": "hup"})
    assert told(learner) == "Gunicorn is down. Start it first."
    learner.get("look/", {"to": "front", "path": "/static/cup.svg"})
    assert "200 OK" in told(learner)  # nginx's own
    learner.post("gunicorn/", {"order": "start"})
    assert told(learner) == "Gunicorn is up again."
    learner.get("look/", {"to": "front", "path": "/"})
    assert done(learner) == {"another_one_comes", "not_one_lost", "nothing_held", "nobody_behind_it"}

    with learner.world():
        assert Report.objects.count() == 5
    learner.post(f"{STAGE}reset")
    assert not mine.folder.exists()
    assert houses._who_works_in(mine.folder) == []


def test_a_worker_is_killed_by_its_master(learner, nginx):
    open_house(learner, workers=1, timeout=3)
    learner.get("look/", {"to": "front", "path": "/steep/?ms=6000"})
    assert "nginx: 500 Internal Server Error" in told(learner)
    assert "WORKER TIMEOUT" in learner.get("logs/").text
    assert done(learner) == {"too_slow"}


def test_workers_wear_out(learner):
    open_house(learner, max_requests=20)
    learner.post("bursts/", {"happening": "nothing"})
    assert done(learner) == {"worn_out"}, told(learner)
    learner.post("close/")
    assert houses.count() == 0


def test_where_there_is_no_nginx_the_pages_say_so_and_work(learner, monkeypatch):
    monkeypatch.setattr(houses, "nginx_program", lambda: None)
    monkeypatch.setattr(slow, "SECONDS", 0.8)
    monkeypatch.setattr(slow, "PROBES", 2)
    assert "nginx is not installed on this machine" in learner.get().text
    open_house(learner)
    assert "no nginx here" in told(learner)
    assert "nginx is not installed on this machine" in learner.get().text
    assert "Gunicorn, past nginx" not in learner.get("look/").text
    learner.get("look/", {"to": "gunicorn", "path": "/"})
    assert told(learner).startswith("Gunicorn: 200 OK")
    learner.post("slow/", {"route": "buffered", "kind": "sends"})
    assert "(no nginx here): slow clients held 2 of 2 places" in told(learner)
    learner.post("static/")
    assert "nothing to compare with" in told(learner)
    learner.post("gunicorn/", {"order": "stop"})
    learner.get("look/", {"to": "gunicorn", "path": "/"})
    assert told(learner).startswith("Gunicorn: no answer")


def trace(name: str, *texts: str, query: str = "", **form: str) -> dict:
    return {
        "url_name": name,
        "messages": [{"level": "info", "text": text} for text in texts],
        "request": {"query": query, "form": {key: [value] for key, value in form.items()}},
    }


def test_a_lost_request_is_no_good_deployment():
    words = "A new blend, and HUP to the master: 90 requests, %s failed, 2 new workers, Assam then Keemun."
    assert missions.not_one_lost(trace("burst", words % 0), [])
    assert not missions.not_one_lost(trace("burst", words % 1), [])
    assert not missions.not_one_lost(trace("burst", words.replace(" then Keemun", "") % 0), [])


def test_slow_clients_have_to_hold_everybody_first():
    words = "no nginx: Gunicorn itself: slow clients held %s of 2 places; the worst cup took 1,700 ms."
    after = trace(
        "slow", "nginx, as it is by default: slow clients held 0 of 2 places; the worst …", kind="sends"
    )
    assert missions.nothing_held(after, [trace("slow", words % 2, kind="sends")])
    assert not missions.nothing_held(after, [trace("slow", words % 1, kind="sends")])
    assert not missions.nothing_held(after, [trace("slow", words % 2, kind="reads")])
    assert not missions.nothing_held(
        trace("slow", words % 2, kind="sends"), [trace("slow", words % 2, kind="sends")]
    )


def test_without_nginx_a_refused_connection_and_other_workers_count():
    down = trace("look", "Gunicorn: no answer after 0 ms.")
    assert missions.nobody_behind_it(trace("look", "Gunicorn: 200 OK after 3 ms."), [down])
    words = "no nginx: Gunicorn itself (no nginx here): slow clients held %s places; the worst cup took 4 ms."
    assert missions.nothing_held(
        trace("slow", words % "2 of 8", kind="sends"), [trace("slow", words % "2 of 2", kind="sends")]
    )
