from cryptography import x509
from cryptography.exceptions import InvalidSignature


def problems_of(host, chain, at, roots):
    server = chain[0]
    found = []
    if any(one.not_valid_after_utc < at for one in chain):
        found.append("expired")
    if any(one.not_valid_before_utc > at for one in chain):
        found.append("not_yet")
    if not any(matches(host, name.lower()) for name in names_of(server)):
        found.append("wrong_host")
    if not leads_to_a_root(chain, roots):
        found.append("incomplete")
    if 0 <= (server.not_valid_after_utc - at).days < 14:
        found.append("soon")
    return found


def names_of(certificate):
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return [certificate.subject.rfc4514_string().removeprefix("CN=")]
    return found.value.get_values_for_type(x509.DNSName)


def matches(host, name):
    if not name.startswith("*."):
        return host == name
    label, _, rest = host.partition(".")
    return bool(label) and rest == name[2:]


def leads_to_a_root(chain, roots):
    for certificate, issuer in zip(chain, chain[1:]):
        if not signed_by(certificate, issuer):
            return False
    return any(chain[-1] == root or signed_by(chain[-1], root) for root in roots)


def signed_by(certificate, issuer):
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
