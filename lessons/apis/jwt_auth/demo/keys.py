"""The pair of keys that access and refresh tokens are signed with (ES256).

Simple JWT's default is HS256 with SECRET_KEY: one key that signs and verifies. With a pair, a locker in the
street needs only the public half, which signs nothing. A real project reads the private half from a secret;
this one computes it from SECRET_KEY, to have no file.
"""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.crypto import salted_hmac

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve P-256


def _pair() -> tuple[str, str]:
    digest = salted_hmac("jwt_auth.demo.keys", "tokens", algorithm="sha512").digest()
    private = ec.derive_private_key(int.from_bytes(digest, "big") % (ORDER - 1) + 1, ec.SECP256R1())
    pem = serialization.Encoding.PEM
    return (
        private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode(),
        private.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo).decode(),
    )


PRIVATE_KEY, PUBLIC_KEY = _pair()
