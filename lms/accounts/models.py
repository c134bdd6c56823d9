from __future__ import annotations

import uuid
from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, Group, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django_otp.models import Device, ThrottlingMixin


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """A person with an account, known by an email address."""

    email = models.EmailField("email address", max_length=254, unique=True)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    is_staff = models.BooleanField("may open the admin", default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_ignoring_case")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.email.partition("@")[0]


class Learner(models.Model):
    """Whoever does lessons: an account's owner, or a visitor known by a key in the session only.

    Everything that a learner has done refers to this row, so that a visitor's work moves into an
    account by giving the row an owner.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.CASCADE, related_name="learner")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.user) if self.user else f"visitor {self.key.hex[:8]}"


class GivenPermission(models.Model):
    """A permission, as `app.codename`, that the group of a role was given once: it is not given again.

    So a newer version can add to a role, and what an administrator took away does not come back.
    """

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    permission = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "permission"], name="permission_given_once")]

    def __str__(self) -> str:
        return f"{self.group}: {self.permission}"


class SecondFactor(ThrottlingMixin, Device):
    """What django-otp knows of the factors that allauth holds: one row for an account that has any.

    A session that has proved a factor to allauth carries this device, so that `user.is_verified()` holds.
    There is no second enrolment: whoever asks it for a token has it checked by allauth's authenticator app.
    """

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="second_factor_once")]

    def __str__(self) -> str:
        return f"the factors of {self.user}"

    def get_throttle_factor(self) -> float:
        return 1.0

    def verify_token(self, token: str) -> bool:
        if not self.verify_is_allowed()[0]:
            return False
        found = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).first()
        if found is None or not found.wrap().validate_code(token):
            self.throttle_increment()
            return False
        self.throttle_reset()
        return True
