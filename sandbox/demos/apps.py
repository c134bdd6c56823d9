from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured

from sandbox.demos.conf import conf


class DemosConfig(AppConfig):
    name = "sandbox.demos"
    label = "demos"

    def ready(self) -> None:
        for demo in conf.DEMOS:
            labels = [config.label for config in apps.get_app_configs() if config.name == demo.module]
            if labels != [demo.slug]:
                raise ImproperlyConfigured(
                    f"{demo.track}/{demo.slug}/demo/apps.py: the AppConfig's name has to be {demo.module!r} "
                    f"and its label {demo.slug!r}"
                )
