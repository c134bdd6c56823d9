from datetime import datetime, timedelta, UTC
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sandbox.jail.examiner import ExerciseTestCase

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOST = "tide.example"
DAY = timedelta(days=1)


class Made:
    """A certificate, and the key to sign others with."""

    def __init__(
        self, name, issuer=None, *, hosts=(), ca=False, begins=-30 * DAY, ends=60 * DAY, signer=None
    ):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.subject)
            .issuer_name(issuer.subject if issuer else self.subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW + begins)
            .not_valid_after(NOW + ends)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if hosts:
            names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        signing = (signer or issuer or self).key
        self.pem = builder.sign(signing, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


@cache
def root():
    return Made("Trusted Root", ca=True, begins=-1_000 * DAY, ends=9_000 * DAY)


@cache
def issuing():
    return Made("Trusted Issuing", root(), ca=True, begins=-500 * DAY, ends=900 * DAY)


def leaf(**options):
    return Made(HOST, options.pop("issuer", issuing()), **{"hosts": [HOST], **options})


class Checks(ExerciseTestCase):
    def setUp(self):
        self.project.run(
            f"from watch.models import Root\nRoot.objects.create(name='Trusted', pem={root().pem!r})"
        )

    def test_good(self):
        """A chain in order has no problems, with the root in it or without."""
        good = leaf()
        for name, chain in (
            ("the chain", [good, issuing()]),
            ("the chain with its root", [good, issuing(), root()]),
            ("a certificate that the root signed itself", [leaf(issuer=root())]),
        ):
            self.expect_problems(chain, [], name)

    def test_days_left(self):
        """Whole days are counted, rounded down."""
        for ends, days in (
            (60 * DAY, 60),
            (60 * DAY + timedelta(hours=23), 60),
            (timedelta(hours=23), 0),
            (timedelta(hours=-1), -1),
            (-3 * DAY, -3),
        ):
            got = self.ask([leaf(ends=ends), issuing()])
            self.expect(got.get("days_left"), days, what=f"days_left for a certificate that ends in {ends}")

    def test_moment(self):
        """The moment counts as it is written, with its offset."""
        chain = [leaf(ends=timedelta(0)), issuing()]
        for at, days in (("2026-03-01T13:59:00+02:00", 0), ("2026-03-01T14:01:00+02:00", -1)):
            self.expect(self.ask(chain, at=at).get("days_left"), days, what=f"days_left at {at}")

    def test_expired(self):
        """A certificate that has ended is expired, and not soon."""
        self.expect_problems([leaf(ends=-DAY), issuing()], ["expired"], "a certificate that ended yesterday")
        self.expect_problems(
            [leaf(ends=timedelta(seconds=-1)), issuing()], ["expired"], "one that ended a second ago"
        )

    def test_expired_above(self):
        """An intermediate that has ended counts as well."""
        old = Made("Trusted Issuing", root(), ca=True, ends=-DAY)
        answer = self.expect_problems(
            [leaf(issuer=old), old], ["expired"], "a chain with an old intermediate"
        )
        self.expect(answer.get("days_left"), 60, what="days_left, which is the server's certificate's")

    def test_not_yet(self):
        """A certificate that has not begun is found."""
        self.expect_problems([leaf(begins=DAY), issuing()], ["not_yet"], "a certificate of tomorrow")
        young = Made("Trusted Issuing", root(), ca=True, begins=DAY)
        self.expect_problems([leaf(issuer=young), young], ["not_yet"], "a chain with tomorrow's intermediate")

    def test_soon(self):
        """Less than 14 days are soon."""
        self.expect_problems(
            [leaf(ends=13 * DAY + timedelta(hours=23)), issuing()], ["soon"], "13 days and a bit"
        )
        self.expect_problems([leaf(ends=14 * DAY), issuing()], [], "14 days")

    def test_hosts(self):
        """The alternative names decide which host it is for."""
        for hosts, host, good in (
            (["tide.example", "www.tide.example"], "www.tide.example", True),
            (["Tide.Example"], "tide.example", True),
            (["tide.example"], "TIDE.example", True),
            (["tide.example"], "www.tide.example", False),
            (["tide.example"], "evil-tide.example", False),
            (["tide.example"], "tide.example.evil.example", False),
            ([], "tide.example", False),  # it stands in the common name only
        ):
            problems = [] if good else ["wrong_host"]
            self.expect_problems([leaf(hosts=hosts), issuing()], problems, f"{hosts} for {host}", host=host)

    def test_stars(self):
        """A star is one label, whole, at the left."""
        for hosts, host, good in (
            (["*.tide.example"], "a.tide.example", True),
            (["*.tide.example"], "A.Tide.example", True),
            (["*.tide.example"], "tide.example", False),
            (["*.tide.example"], "b.a.tide.example", False),
            (["*.tide.example"], ".tide.example", False),
            (["*.tide.example"], "a-tide.example", False),
            (["a.*.example"], "a.tide.example", False),
        ):
            problems = [] if good else ["wrong_host"]
            self.expect_problems([leaf(hosts=hosts), issuing()], problems, f"{hosts} for {host}", host=host)

    def test_incomplete(self):
        """A chain with a link missing, or in the wrong order, is incomplete."""
        lower = Made("Trusted Lower", issuing(), ca=True)
        low = leaf(issuer=lower)
        for name, chain in (
            ("the certificate alone", [leaf()]),
            ("a chain without its second link", [low, issuing()]),
            ("a chain whose last link is missing", [low, lower]),
            ("a certificate with the root, and nothing in between", [leaf(), root()]),
        ):
            self.expect_problems(chain, ["incomplete"], name)
        self.expect_problems([low, lower, issuing()], [], "the chain of three")

    def test_strangers(self):
        """A chain that ends at a root which nobody here trusts is incomplete."""
        other = Made("Another Root", ca=True)
        self.expect_problems([leaf(issuer=other), other], ["incomplete"], "a chain to another root")
        itself = Made(HOST, hosts=[HOST])
        self.expect_problems([itself], ["incomplete"], "a certificate that signs itself")

    def test_names_are_no_signatures(self):
        """Whoever only calls itself by a trusted name has signed nothing."""
        namesake = Made("Trusted Root", ca=True)
        for name, chain in (
            ("a chain to a namesake of the root", [leaf(issuer=namesake), namesake]),
            (
                "a certificate with the issuer's name and another's signature",
                [leaf(signer=namesake), issuing()],
            ),
        ):
            self.expect_problems(
                chain,
                ["incomplete"],
                name,
                concept="An issuer is proved by its signature; anybody can write a name",
            )

    def test_not_everybody_signs(self):
        """A server's certificate is no authority."""
        server = leaf()
        forged = Made("bank.example", server, hosts=["bank.example"])
        self.expect_problems(
            [forged, server, issuing()],
            ["incomplete"],
            "a certificate signed with another server's key",
            host="bank.example",
            concept="BasicConstraints: without ca=True, whoever has a certificate could sign for any host",
        )

    def test_several(self):
        """Each problem is told, once."""
        other = Made("Another Root", ca=True, ends=-DAY)
        chain = [leaf(issuer=other, hosts=["www.example"], ends=-2 * DAY), other]
        self.expect_problems(chain, ["expired", "incomplete", "wrong_host"], "a chain with three problems")

    def test_garbage(self):
        """What can't be read is refused with 400, other methods with 405."""
        good = self.body([leaf(), issuing()])
        for name, body in (
            ("no JSON", "-----BEGIN"),
            ("a list", []),
            ("no host", {**good, "host": None}),
            ("no chain", {key: good[key] for key in ("host", "at")}),
            ("an empty chain", {**good, "chain": ""}),
            (
                "a chain that is none",
                {**good, "chain": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
            ),
            ("a chain of numbers", {**good, "chain": [1]}),
            ("a moment that is none", {**good, "at": "tomorrow"}),
            ("a moment without an offset", {**good, "at": "2026-03-01T12:00:00"}),
        ):
            data = {"data": body} if isinstance(body, str) else {"json": body}
            answer = self.client.post("/check/", **data)
            self.expect(answer.status_code, 400, what=f"POST /check/ with {name}")
        self.expect(self.client.get("/check/").status_code, 405, what="GET /check/")

    def test_no_cookie(self):
        """The collecting script has no cookie and no token."""
        script = self.new_client(enforce_csrf=True)
        answer = script.post("/check/", json=self.body([leaf(), issuing()]))
        self.expect(answer.status_code, 200, what="POST /check/ by a script")

    def body(self, chain, host=HOST, at=None):
        return {"host": host, "chain": "".join(made.pem for made in chain), "at": at or NOW.isoformat()}

    def ask(self, chain, host=HOST, at=None):
        answer = self.client.post("/check/", json=self.body(chain, host, at))
        self.expect(answer.status_code, 200, what="POST /check/")
        return answer.json()

    def expect_problems(self, chain, problems, name, host=HOST, concept=""):
        got = self.ask(chain, host)
        self.expect(
            sorted(got.get("problems", ["no list"])), problems, what=f"problems of {name}", concept=concept
        )
        return got
