from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.accounts.groups import PermissionsMissing, ensure_roles


class Command(BaseCommand):
    help = (
        "Make sure of the groups of the roles (authors, reviewers, teachers, administrators) and of the "
        "review that authors' work goes through. Each group is given each permission of its role once: what "
        "a newer version adds comes and what an administrator took away stays away; only Instructors is "
        "given all of its own again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            groups = ensure_roles()
        except PermissionsMissing as error:
            raise CommandError(str(error)) from error
        for name, group in groups.items():
            self.stdout.write(f"{name:<16} {group.user_set.count()} people")
