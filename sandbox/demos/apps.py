from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured

from sandbox.demos import workers
from sandbox.demos.conf import conf


class DemosConfig(AppConfig):
    name = "sandbox.demos"
    label = "demos"

    def ready(self) -> None:
        names = {config.label: config.name for config in apps.get_app_configs()}
        for demo in conf.DEMOS:
            # A lesson named like the package that it teaches leaves the package its label.
            taken = names.get(demo.slug, demo.module) != demo.module
            label = f"{demo.slug}_demo" if taken else demo.slug
            if names.get(label) != demo.module:
                raise ImproperlyConfigured(
                    f"{demo.track}/{demo.slug}/demo/apps.py: the AppConfig's name has to be {demo.module!r} "
                    f"and its label {label!r}"
                )
        workers.install()
