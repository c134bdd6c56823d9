"""The Harbour Office, as the demos site runs it."""

import socket
import ssl
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store
from django.conf import settings

from lessons.security.https_ssl.demo import rollout, wire
from lessons.security.https_ssl.demo.anatomy import read
from lessons.security.https_ssl.demo.certificates import KEYS, Made, make_authority, make_certificate
from lessons.security.https_ssl.demo.models import Authority, Certificate, Rollout
from lessons.security.https_ssl.demo.records import split
from lessons.security.https_ssl.demo.wire import ClientSide, ServerSide, talk

HOST = "harbour.example"
GOOD = {"names": "one", "period": "now", "key": "ec", "issuer": "authority"}
SHAKE = {"chain": "full", "oldest": "1.2", "host": HOST, "trust": "mine", "newest": "1.3"}


@pytest.fixture(scope="module")
def authority() -> tuple[str, Made]:
    return make_authority("Test")


@pytest.fixture
def harbour(visit):
    browser = visit("https_ssl")
    browser.post("authority/", {"name": "Gull Rock"})
    return browser


def server(
    authority, names="one", period="now", kind="ec", *, full=True, itself=False, **options
) -> ServerSide:
    made = make_certificate(names, period, kind, None if itself else authority[1])
    chain = made.pem + (authority[1].pem if full and not itself else "")
    return ServerSide(chain, made.key, **options)


def shake(browser, certificate: bool = True, **changes) -> str:
    with browser.world():
        newest = Certificate.objects.order_by("-pk").first()
    data = {**SHAKE, "certificate": newest.pk if certificate else "", **changes}
    return browser.post("handshake/", data).text


# --- Certificates ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KEYS)
def test_another_library_accepts_the_chain(authority, kind: str) -> None:
    root, issuing = authority
    made = make_certificate("two", "now", kind, issuing)
    certificates = [x509.load_pem_x509_certificate(pem.encode()) for pem in (made.pem, issuing.pem, root)]
    verifier = (
        PolicyBuilder()
        .store(Store([certificates[2]]))
        .time(datetime.now(UTC).replace(tzinfo=None))
        .build_server_verifier(x509.DNSName("www.harbour.example"))
    )
    chain = verifier.verify(certificates[0], certificates[1:2])
    assert [one.subject for one in chain] == [one.subject for one in certificates]


def test_anatomy_says_what_stands_in_it(authority) -> None:
    facts = read(make_certificate("two", "now", "rsa", authority[1]).pem)
    assert (facts.subject, facts.issuer) == ("CN=harbour.example", "CN=Test Issuing")
    assert facts.hosts == ("harbour.example", "www.harbour.example") and facts.key == "RSA, 2048 bits"
    assert facts.begins < datetime.now(UTC) < facts.ends and not facts.is_authority
    assert read(authority[0]).signs_itself and read(authority[0]).is_authority
    assert read(make_certificate("none", "now", "ec", None).pem).hosts == ()


def test_making_them_on_the_page(harbour) -> None:
    for changes in ({}, {"issuer": "itself"}, {"names": "star", "period": "over", "key": "rsa"}):
        assert harbour.post("certificates/", {**GOOD, **changes}).status_code == 302
    page = harbour.get("").text
    assert "CN=Gull Rock Root" in page and "*.harbour.example" in page and "PRIVATE KEY" not in page
    with harbour.world():
        assert Certificate.objects.count() == 3
    harbour.post("authority/", {"name": "Another"})
    with harbour.world():
        assert Authority.objects.get().name == "Another"
        assert [c.authority for c in Certificate.objects.all()] == [None]  # what signed itself needs nobody


@pytest.mark.parametrize("name", ["", "x" * 41, "a\nb", "\x00"])
def test_bad_names_make_no_authority(visit, name: str) -> None:
    browser = visit("https_ssl")
    assert browser.post("authority/", {"name": name}).status_code == 302
    with browser.world():
        assert not Authority.objects.exists()


def test_bad_orders_make_no_certificate(visit) -> None:
    browser = visit("https_ssl")
    for order in ({}, {**GOOD, "names": "../../etc"}, {**GOOD, "key": "dsa"}, GOOD):
        assert browser.post("certificates/", order).status_code == 302
    assert "Make an authority first" in browser.get("").text
    with browser.world():
        assert not Certificate.objects.exists()


def test_only_the_latest_certificates_are_kept(harbour, monkeypatch) -> None:
    monkeypatch.setattr("lessons.security.https_ssl.demo.views.MOST_CERTIFICATES", 2)
    for period in ("over", "later", "now"):
        harbour.post("certificates/", {**GOOD, "period": period})
    with harbour.world():
        labels = list(Certificate.objects.order_by("pk").values_list("label", flat=True))
    assert len(labels) == 2 and "from tomorrow" in labels[0]


# --- Handshakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_good_handshake(authority, newest) -> None:
    seen = talk(server(authority), ClientSide(HOST, authority[0], newest))
    assert seen.succeeded and seen.answer == "HTTP/1.1 200 OK" and seen.bits >= 128
    assert seen.version == {"TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}[newest.name]
    assert (seen.client_error, seen.server_error) == ("", "")


@pytest.mark.parametrize(
    ("order", "host", "words"),
    [
        ({"period": "over"}, HOST, "certificate has expired"),
        ({"period": "later"}, HOST, "certificate is not yet valid"),
        ({"names": "star"}, HOST, "Hostname mismatch"),
        ({"names": "star"}, f"a.pilot.{HOST}", "Hostname mismatch"),
        ({"names": "none"}, HOST, "Hostname mismatch"),
        ({"itself": True}, HOST, "self-signed certificate"),
        ({"full": False}, HOST, "unable to get local issuer certificate"),
    ],
)
def test_what_the_client_refuses(authority, order, host, words) -> None:
    seen = talk(server(authority, **order), ClientSide(host, authority[0]))
    assert words in seen.client_error and seen.client_error.startswith("certificate verify failed")
    assert "alert" in seen.server_error and seen.answer == ""


def test_a_star_is_one_label(authority) -> None:
    assert talk(server(authority, "star"), ClientSide(f"pilot.{HOST}", authority[0])).succeeded


def test_another_root_is_not_ours(authority) -> None:
    other = make_authority("Test")[0]  # the same name, another key
    assert not talk(server(authority), ClientSide(HOST, other)).succeeded
    assert not talk(server(authority), ClientSide(HOST, "")).succeeded


def test_who_verifies_nothing_accepts_anybody(authority) -> None:
    assert talk(server(authority, period="over", itself=True), ClientSide("evil.example", None)).succeeded


def test_no_version_in_common(authority) -> None:
    newest_only = server(authority, oldest=ssl.TLSVersion.TLSv1_3)
    seen = talk(newest_only, ClientSide(HOST, authority[0], ssl.TLSVersion.TLSv1_2))
    assert (seen.client_error, seen.server_error) == ("tlsv1 alert protocol version", "unsupported protocol")
    assert [record.what for record in seen.records] == ["ClientHello", "alert"]


def all_readable(seen) -> str:
    return "\n".join(line for record in seen.records for line in record.readable)


def test_what_the_listener_reads(authority) -> None:
    old = talk(server(authority), ClientSide(HOST, authority[0], ssl.TLSVersion.TLSv1_2))
    new = talk(server(authority), ClientSide(HOST, authority[0]))
    clear = talk(None, ClientSide(HOST, None))
    assert wire.SECRET in all_readable(clear) and "sessionid=4f1c" in all_readable(clear)
    for seen in (old, new):
        assert f"the name {HOST}" in all_readable(seen)
        assert "lantern" not in all_readable(seen) and "sign-in" not in all_readable(seen)
    assert "signed by CN=Test Issuing" in all_readable(old) and "CN=" not in all_readable(new)
    assert sum(record.size for record in new.records) > 1_000


def test_the_bytes_really_do_not_hold_the_secret(authority) -> None:
    """Not only our reading of the records: nothing of the request is in what went over the wire."""
    side = server(authority)
    context = wire.server_context(side)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(3)
        seen = wire.Talk()
        threading.Thread(target=wire._serve_one, args=(listener, context, seen), daemon=True).start()
        with socket.create_connection(listener.getsockname(), timeout=3) as connection:
            tap = wire.Tap(connection, ClientSide(HOST, authority[0]))
            tap.handshake()
            assert tap.ask(wire.REQUEST.format(host=HOST).encode()).startswith(b"HTTP/1.1 200")
    stream = b"".join(chunk for _, chunk in tap.stream)
    assert HOST.encode() in stream and b"lantern" not in stream and b"lamp" not in stream


def test_records_that_come_in_pieces_are_put_together() -> None:
    hello = b"\x16\x03\x01\x00\x04" + b"\x01\x00\x00\x00"
    whole = split([(True, hello), (False, hello)])
    pieces = split([(True, hello[:3]), (False, hello[:7]), (True, hello[3:]), (False, hello[7:])])
    assert [r.what for r in whole] == [r.what for r in pieces] == ["ClientHello", "ClientHello"]
    assert split([(True, hello[:-1])]) == []


def test_the_key_is_on_disk_no_longer_than_it_is_read(authority, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert talk(server(authority), ClientSide(HOST, authority[0])).succeeded
    assert list(Path(tmp_path).iterdir()) == []


def test_the_server_ends_with_its_connection(authority) -> None:
    before = threading.active_count()
    for _ in range(3):
        talk(server(authority, period="over"), ClientSide(HOST, authority[0]))
        talk(None, ClientSide(HOST, None))
    assert threading.active_count() <= before


def test_shaking_on_the_page(harbour) -> None:
    harbour.post("certificates/", GOOD)
    assert "Sent in the clear" in shake(harbour, certificate=False)
    page = shake(harbour)
    assert "Shaken: TLSv1.3" in page and "CN=Gull Rock Issuing" in page
    assert "nobody knows with whom" in shake(harbour, trust="anybody")
    assert "unable to get local issuer certificate" in shake(harbour, trust="others")
    assert "is not one of the available choices" in shake(harbour, host="evil.example")


def test_another_visitors_certificate_is_not_to_be_had(visit, harbour) -> None:
    harbour.post("certificates/", GOOD)
    stranger = visit("https_ssl")
    with harbour.world():
        pk = Certificate.objects.get().pk
    assert "Select a valid choice" in stranger.post("handshake/", {**SHAKE, "certificate": pk}).text


def test_who_finds_the_servers_busy_is_asked_to_come_again(harbour, monkeypatch) -> None:
    harbour.post("certificates/", GOOD)
    monkeypatch.setattr(wire._AT_ONCE, "acquire", lambda timeout: False)
    assert "Try again in a moment" in shake(harbour)
    monkeypatch.setattr(
        rollout, "_one_at_a_time", type("Busy", (), {"acquire": lambda self, timeout: False})()
    )
    assert "Try again in a moment" in harbour.post("settings/", {"hsts_seconds": 0}).text


# --- Settings -------------------------------------------------------------------------------------

SAFE = {
    "debug": False,
    "ssl_redirect": True,
    "proxy_header": True,
    "session_secure": True,
    "csrf_secure": True,
    "hsts_seconds": 31_536_000,
    "hsts_subdomains": True,
    "hsts_preload": True,
}


def issues(report) -> set[str]:
    return {issue["id"].removeprefix("security.") for issue in report["issues"]}


def test_on_the_first_day() -> None:
    report = rollout.try_out(Rollout())
    assert issues(report) == {"W004", "W008", "W012", "W016", "W018"}
    assert [answer["status"] for answer in report["answers"]] == [200, 200, 200]
    assert report["visits"][0]["cookies"] == report["visits"][1]["cookies"] == ["csrftoken", "sessionid"]
    assert report["visits"][1]["ends"] == "in the clear"


def test_all_is_well() -> None:
    report = rollout.try_out(Rollout(**SAFE))
    assert issues(report) == set() and not report["loops"] and not report["fooled"]
    plain, secure, claim = report["answers"]
    assert (plain["status"], plain["location"], plain["hsts"]) == (301, "https://harbour.example/", "")
    assert secure["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert secure["cookies"] == {"csrftoken": True, "sessionid": True}
    assert "https://harbour.example/reset/" in secure["text"] and claim["status"] == 301
    assert [(visit["clear"], visit["cookies"]) for visit in report["visits"]] == [(True, []), (False, [])]


def test_a_redirect_without_the_header_goes_round() -> None:
    report = rollout.try_out(Rollout(**{**SAFE, "proxy_header": False}))
    assert report["loops"] and issues(report) == set()  # and the checks have nothing to say
    assert report["visits"][0]["ends"] == "in a loop"


def test_a_proxy_that_passes_on_what_it_got_is_fooled() -> None:
    assert rollout.try_out(Rollout(**SAFE, proxy_passes_on=True))["fooled"]


def test_without_hsts_tuesday_begins_in_the_clear() -> None:
    report = rollout.try_out(Rollout(**{**SAFE, "hsts_seconds": 0, "session_secure": False}))
    assert report["visits"][1]["clear"] and report["visits"][1]["cookies"] == ["sessionid"]
    assert issues(report) == {"W004", "W012"}


def test_checks_ask_for_more_as_soon_as_there_is_hsts() -> None:
    row = Rollout(**{**SAFE, "hsts_seconds": 3_600, "hsts_subdomains": False, "hsts_preload": False})
    assert issues(rollout.try_out(row)) == {"W005", "W021"}


def test_flipping_leaves_this_sites_own_settings_alone(harbour, monkeypatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "no.such.module")  # nor does the environment get in
    before = {name: getattr(settings, name) for name in Rollout().as_settings()}
    form = {name: "on" for name, value in SAFE.items() if value is True}
    assert harbour.post("settings/", {**form, "hsts_seconds": 3_600}).status_code == 302
    assert {name: getattr(settings, name) for name in before} == before
    page = harbour.get("settings/").text
    assert "System check identified no issues" in page and "SECURE_HSTS_SECONDS = 3600" in page


def test_nothing_but_switches_gets_into_the_process(harbour) -> None:
    for seconds in ("", "-1", "7", "__import__('os')"):
        answer = harbour.post("settings/", {"hsts_seconds": seconds, "report": "{}", "debug": "on"})
        assert answer.status_code == 200
    with harbour.world():
        assert Rollout.current().report is None
