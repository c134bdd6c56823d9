import pytest


@pytest.fixture
def hut(visit):
    return visit("websockets")


def test_nobody_reads_without_signing_in(hut):
    assert "For those who are signed in" in hut.get().text
    page = hut.get("rooms/weather/").text
    assert "Nobody is signed in" in page
    assert "saddle" not in page
    assert hut.get("rooms/weather/earlier/?before=4").status_code == 404


def test_a_room_has_its_last_messages_without_any_script(hut):
    hut.post("sign-in/", {"name": "ada", "room": "weather"})
    page = hut.get("rooms/weather/").text
    assert "Cloud down to the saddle" in page
    assert 'data-last="4"' in page
    assert 'data-socket="/apis/websockets/ws/weather/"' in page


def test_the_other_browser_has_its_own_socket(hut):
    other = hut.beside(2)
    other.post("sign-in/", {"name": "grace"})
    assert 'data-socket="/~2/apis/websockets/ws/weather/"' in other.get("rooms/weather/").text


def test_a_closed_room_shows_nothing(hut):
    hut.post("sign-in/", {"name": "ada"})
    page = hut.get("rooms/rescue/").text
    assert "not open to ada" in page
    assert "Sledge" not in page
    assert hut.get("rooms/rescue/earlier/?before=9").status_code == 404
    assert hut.get("rooms/cellar/").status_code == 404


def test_earlier_messages(hut):
    hut.post("sign-in/", {"name": "ada"})
    found = hut.get("rooms/weather/earlier/?before=3").json()["messages"]
    assert [message["number"] for message in found] == [1, 2]
    assert hut.get("rooms/weather/earlier/?before=x").status_code == 400


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"room": "weather", "origin": "own", "session": "on"}, 101),
        ({"room": "weather", "origin": "own"}, 403),
        ({"room": "cellar", "origin": "own", "session": "on"}, 403),
        ({"room": "rescue", "origin": "own", "session": "on"}, 403),
        ({"room": "weather", "origin": "evil", "session": "on"}, 403),
        ({"room": "weather", "origin": "none", "session": "on"}, 403),
    ],
)
def test_handshakes(hut, values, status):
    hut.post("sign-in/", {"name": "ada"})
    page = hut.post("door/", values).text
    assert f"{status} " in page
    sockets = [trace for trace in hut.traces if trace["request"]["method"] == "WEBSOCKET"]
    assert sockets[-1]["response"]["status"] == status


def test_storms_and_readings_need_somebody(hut):
    assert hut.post("storm/", {"seconds": 8}).status_code == 302
    assert hut.post("readings/").status_code == 302
    hut.post("sign-in/", {"name": "ada"})
    assert hut.post("storm/", {"seconds": 9_000}).status_code == 400


def test_no_stranger_signs_in(hut):
    assert hut.post("sign-in/", {"name": "mallory"}).status_code == 404
