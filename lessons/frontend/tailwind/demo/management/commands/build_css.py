from django.core.management.base import BaseCommand, CommandError

from lessons.frontend.tailwind.demo.site import RESULT, site_build


class Command(BaseCommand):
    help = "Build the style sheet of these pages from their templates."

    def handle(self, *args: object, **options: object) -> None:
        built = site_build()
        if built.error:
            raise CommandError(built.error)
        RESULT.write_text(built.css)
        self.stdout.write(f"{RESULT.name}: {len(built.made)} classes, {built.bytes:,} bytes")
