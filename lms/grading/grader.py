"""Whether this installation can grade."""

from django.conf import settings

from sandbox.jail import Jail, JailUnavailable

GraderUnavailable = JailUnavailable


def jail() -> Jail:
    """Return the jail of this installation, or raise GraderUnavailable where none is configured."""
    if not settings.JAIL_SOCKET:
        raise GraderUnavailable("no jail is configured: JAIL_SOCKET is empty.")
    return Jail(settings.JAIL_SOCKET)


def check_grader() -> None:
    """Raise GraderUnavailable, with the reason, unless the jail answers and refuses its canary attacks."""
    jail().check()
