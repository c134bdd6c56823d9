"""`make env`: what compose.yaml needs and nobody should have to invent."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_TRIAL_DAYS = 90
# Browsers find every name below localhost on their own machine. One label before it makes a site, so that the
# demos below the course are of the same site and keep their cookies in the lesson's frame.
TRIAL = "course.localhost"
_ENV = """\
# Read by `docker compose`. Made by `make env`; it holds secrets, so it is not in git.
SITE_HOST={host}
DEMOS_HOST={demos}
SITE_ORIGIN=https://{host}{suffix}
DEMOS_ORIGIN=https://{demos}{suffix}
# The lesson about CSRF is attacked from another site: a name of another domain that leads here as well. With
# both empty, it says that there is nobody to be attacked by.
ATTACKER_HOST={attacker}
DEMOS_ATTACKER_ORIGIN={attacker_origin}
HTTP_PORT={http_port}
HTTPS_PORT={https_port}
HTTPS_SUFFIX={suffix}
# fullchain.pem and privkey.pem for both names. What `make env` made is signed by itself: for a trial only.
TLS_DIR={tls}
# Codes and links for new accounts. This prints them into `docker compose logs lms`; a mail server is
# smtp+tls://user:password@mail.example.org:587
EMAIL_URL=consolemail://
DEFAULT_FROM_EMAIL=course@{host}
# A browser that has seen this header refuses plain HTTP for so long: raise it once HTTPS is settled.
HSTS_SECONDS={hsts}
SECRET_KEY={secret_key}
DEMOS_SECRET_KEY={demos_secret_key}
RECEIPT_KEY={receipt_key}
BADGE_KEY={badge_key}
POSTGRES_PASSWORD={postgres_password}
REDIS_PASSWORD={redis_password}
DEMOS_POSTGRES_PASSWORD={demos_postgres_password}
# Whoever sends it may read /metrics: Prometheus, by `docker compose --profile metrics up`.
METRICS_TOKEN={metrics_token}
"""


class Command(BaseCommand):
    help = "Write .env with fresh secrets for compose.yaml, and a self-signed certificate for a trial."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("SITE_HOST", TRIAL), help="the course's name")
        parser.add_argument("--demos-host", default=os.environ.get("DEMOS_HOST", ""), help="demos.<host>")
        parser.add_argument(
            "--attacker-host",
            default=os.environ.get("ATTACKER_HOST", ""),
            help="another site, for the lesson about CSRF (kittens.localhost for a trial here, else none)",
        )
        parser.add_argument(
            "--folder", type=Path, default=Path(settings.BASE_DIR), help="where .env and var/tls go (here)"
        )
        parser.add_argument("--http-port", type=int, default=int(os.environ.get("HTTP_PORT", "80")))
        parser.add_argument("--https-port", type=int, default=int(os.environ.get("HTTPS_PORT", "443")))

    def handle(
        self,
        *args: Any,
        host: str,
        demos_host: str,
        attacker_host: str,
        folder: Path,
        http_port: int,
        https_port: int,
        **options: Any,
    ) -> None:
        demos = demos_host or f"demos.{host}"
        attacker = attacker_host or ("kittens.localhost" if host == TRIAL else "")
        names = [host, demos, *([attacker] if attacker else [])]
        for name in names:
            if not _HOST.fullmatch(name):
                raise CommandError(f"{name!r} is not a host name. Set SITE_HOST (and DEMOS_HOST) to names.")
        if host == demos:
            raise CommandError("The demos need a host name of their own: they are another origin.")
        if not demos.endswith(f".{host.partition('.')[2] if host.count('.') > 1 else host}"):
            self.stderr.write(
                f"Mind: unless {host} and {demos} are of one site, browsers keep no cookie of a demo in the "
                "lesson's frame. A name below the course's own is safe."
            )
        if attacker in (host, demos):
            raise CommandError("The attacker needs a host name of its own: it is another site.")
        env, tls = folder / ".env", folder / "var" / "tls"
        suffix = "" if https_port == 443 else f":{https_port}"
        text = _ENV.format(
            host=host,
            demos=demos,
            suffix=suffix,
            attacker=attacker,
            attacker_origin=f"https://{attacker}{suffix}" if attacker else "",
            http_port=http_port,
            https_port=https_port,
            hsts=300,
            tls="./var/tls" if folder == settings.BASE_DIR else tls.absolute(),
            **{
                name: secrets.token_urlsafe(36)
                for name in (
                    "secret_key",
                    "demos_secret_key",
                    "receipt_key",
                    "badge_key",
                    "postgres_password",
                    "redis_password",
                    "demos_postgres_password",
                    "metrics_token",
                )
            },
        )
        try:
            _write(env, text.encode(), mode=0o600)
        except FileExistsError:
            raise CommandError(
                f"{env.name} exists already and holds the only copy of its secrets; nothing was changed."
            ) from None
        self.stdout.write(f"Wrote {env.name}. Mail goes to the log until EMAIL_URL in it is set.")
        if (tls / "privkey.pem").exists():
            self.stdout.write("Kept the certificate in var/tls.")
            return
        make_certificate(tls, names)
        self.stdout.write(f"Made a certificate in var/tls for {', '.join(names)}, for {_TRIAL_DAYS} days.")


def make_certificate(folder: Path, names: list[str]) -> None:
    """Write fullchain.pem and privkey.pem for `names`, signed by their own key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=_TRIAL_DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(folder / "privkey.pem", private, mode=0o600)
    _write(folder / "fullchain.pem", certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)


def _write(path: Path, content: bytes, *, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
