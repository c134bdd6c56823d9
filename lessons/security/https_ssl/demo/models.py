from django.db import models


class Authority(models.Model):
    """A root that signs one certificate, the intermediate's, and an intermediate that signs the rest."""

    name = models.CharField(max_length=40)
    root = models.TextField()  # PEM, as the three below
    intermediate = models.TextField()
    intermediate_key = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Certificate(models.Model):
    authority = models.ForeignKey(Authority, null=True, on_delete=models.CASCADE, related_name="issued")
    label = models.CharField(max_length=120)
    pem = models.TextField()
    key = models.TextField()

    def __str__(self) -> str:
        return self.label


class Rollout(models.Model):
    """One row: the settings that a project is deployed with, and what was found out about them."""

    class Seconds(models.IntegerChoices):
        NONE = 0, "0: no header"
        HOUR = 3_600, "3600: an hour, to begin with"
        YEAR = 31_536_000, "31536000: a year"

    debug = models.BooleanField("DEBUG", default=True)
    ssl_redirect = models.BooleanField("SECURE_SSL_REDIRECT", default=False)
    proxy_header = models.BooleanField("SECURE_PROXY_SSL_HEADER", default=False)
    session_secure = models.BooleanField("SESSION_COOKIE_SECURE", default=False)
    csrf_secure = models.BooleanField("CSRF_COOKIE_SECURE", default=False)
    hsts_seconds = models.IntegerField("SECURE_HSTS_SECONDS", choices=Seconds, default=Seconds.NONE)
    hsts_subdomains = models.BooleanField("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
    hsts_preload = models.BooleanField("SECURE_HSTS_PRELOAD", default=False)
    proxy_passes_on = models.BooleanField("the proxy lets a client’s own header through", default=False)
    report = models.JSONField(null=True, default=None)

    def __str__(self) -> str:
        return "the settings"

    @classmethod
    def current(cls) -> "Rollout":
        return cls.objects.get_or_create(pk=1)[0]

    def as_settings(self) -> dict[str, object]:
        """What settings.py says, as far as it can be flipped."""
        return {
            "DEBUG": self.debug,
            "ALLOWED_HOSTS": ["harbour.example"],
            "SECURE_SSL_REDIRECT": self.ssl_redirect,
            "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if self.proxy_header else None,
            "SESSION_COOKIE_SECURE": self.session_secure,
            "CSRF_COOKIE_SECURE": self.csrf_secure,
            "SECURE_HSTS_SECONDS": self.hsts_seconds,
            "SECURE_HSTS_INCLUDE_SUBDOMAINS": self.hsts_subdomains,
            "SECURE_HSTS_PRELOAD": self.hsts_preload,
        }
