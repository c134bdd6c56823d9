"""Making certificates, as an authority does, and reading them, as a client does."""

import datetime
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
DAY = datetime.timedelta(days=1)

# What a visitor may put into a certificate: the slug, its words, the host names.
NAMES = {
    "one": ("harbour.example", ["harbour.example"]),
    "two": ("harbour.example and www.harbour.example", ["harbour.example", "www.harbour.example"]),
    "star": ("*.harbour.example", ["*.harbour.example"]),
    "none": ("no alternative name, a common name only", []),
}
# Days from now: valid from, valid until.
PERIODS = {
    "now": ("90 days from yesterday", -1, 89),
    "over": ("until yesterday", -91, -1),
    "later": ("from tomorrow", 1, 91),
}
KEYS = {"ec": "EC, P-256", "rsa": "RSA, 2048 bits"}


@dataclass(frozen=True)
class Made:
    pem: str
    key: str


def new_key(kind: str = "ec") -> Key:
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    return ec.generate_private_key(ec.SECP256R1())


def make_authority(name: str) -> tuple[str, Made]:
    """The root, and the intermediate with its key. The root's key is used once and forgotten."""
    root_key, key = new_key(), new_key()
    root_name, issuing_name = _name(f"{name} Root"), _name(f"{name} Issuing")
    root = _signed(_authority(root_name, root_name, root_key, path_length=1), root_key)
    issuing = _signed(_authority(issuing_name, root_name, key, path_length=0), root_key)
    return _pem(root), Made(_pem(issuing), _key_pem(key))


def make_certificate(names: str, period: str, kind: str, issuer: Made | None) -> Made:
    """A server's certificate. Without an issuer it is signed by its own key."""
    key = new_key(kind)
    subject = _name("harbour.example")
    issuer_name = subject
    if issuer:
        issuer_name = x509.load_pem_x509_certificate(issuer.pem.encode()).subject
    signing_key = _load_key(issuer.key) if issuer else key
    _, first, last = PERIODS[period]
    builder = _begun(subject, issuer_name, key, first, last)
    signs_nothing = x509.BasicConstraints(ca=False, path_length=None)
    builder = builder.add_extension(signs_nothing, critical=True)
    for_servers = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    builder = builder.add_extension(for_servers, critical=False)
    if hosts := NAMES[names][1]:
        # Clients look here, and nowhere else: the common name is for people.
        alternative = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(alternative, critical=False)
    return Made(_pem(_signed(builder, signing_key)), _key_pem(key))


def _authority(
    subject: x509.Name, issuer: x509.Name, key: Key, *, path_length: int
) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    constraints = x509.BasicConstraints(ca=True, path_length=path_length)
    builder = _begun(subject, issuer, key, -1, 3_650)
    builder = builder.add_extension(constraints, critical=True).add_extension(usage, critical=True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return builder.add_extension(identifier, critical=False)


def _begun(subject: x509.Name, issuer: x509.Name, key: Key, first: int, last: int) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + first * DAY)
        .not_valid_after(now + last * DAY)
    )


def _signed(builder: x509.CertificateBuilder, key: Key) -> x509.Certificate:
    """Signed, and with a hint by which a client finds the signer among several of one name."""
    hint = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    return builder.add_extension(hint, critical=False).sign(key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: Key) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _load_key(pem: str) -> Key:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError(f"Not a key of this demo: {type(key).__name__}")
    return key
