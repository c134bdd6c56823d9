from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.accounts.groups import PermissionsMissing
from lms.accounts.local import LocalAccountsError, ensure_local_accounts


class Command(BaseCommand):
    help = "Make sure of a learner's and an instructor's account on this machine, and print their passwords."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            accounts = ensure_local_accounts()
        except (LocalAccountsError, PermissionsMissing) as error:
            raise CommandError(str(error)) from error
        for account in accounts:
            password = account.password or "(changed by hand; it is the one that you chose)"
            self.stdout.write(f"{account.role + ':':<12} {account.email}  {password}")
