"""Who asks. Nobody here has a password: a name on the page is chosen, and Django's login() does the rest."""

from django.contrib.auth.models import AnonymousUser, User

ROLES = {
    "anonymous": "not signed in",
    "ada": "observer",
    "bo": "observer",
    "cleo": "observer and steward (is_staff)",
}


def everybody() -> list[tuple[str, User | AnonymousUser]]:
    users = User.objects.in_bulk(list(ROLES), field_name="username")
    return [(name, users.get(name) or AnonymousUser()) for name in ROLES]
