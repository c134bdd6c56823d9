"""Run the settings module on a visitor's sources, and say where each value came from."""

import importlib.util
import logging
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.views.debug import SafeExceptionReporterFilter

from . import environment
from .environment import Place, Sources

FILE = Path(__file__).with_name("bakery_settings.py")

# django-environ writes down every line that is none.
logging.getLogger("environ.environ").addHandler(logging.NullHandler())
logging.getLogger("environ.environ").propagate = False


@dataclass(frozen=True)
class Outcome:
    """`settings` are the upper-case names of the module; with an error, those before it."""

    settings: dict[str, Any]
    asked: dict[str, list[Place]]  # by variable, in the order of the module
    error: str


def run(variables: dict[str, str], files: dict[str, str]) -> Outcome:
    sources = Sources(variables, files)
    name = f"{__package__}.bakery_settings"
    spec = importlib.util.spec_from_file_location(name, FILE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)  # another one each time, and never in sys.modules
    token = environment.use(sources)
    error = ""
    try:
        spec.loader.exec_module(module)
        if not module.SECRET_KEY:
            # Django says so when the setting is first asked for.
            raise ImproperlyConfigured("The SECRET_KEY setting must not be empty.")
    except Exception as caught:  # noqa: BLE001 - whatever it raises, the release does not start
        error = f"{type(caught).__name__}: {caught}"
    finally:
        environment.done(token)
    return Outcome(upper_case(module), sources.asked, error)


def upper_case(module: ModuleType) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if name.isupper()}


def in_an_error_page(settings: dict[str, Any]) -> dict[str, Any]:
    """What Django's own filter leaves of them, in a page or in a mail."""
    cleanse = SafeExceptionReporterFilter().cleanse_setting
    return {name: cleanse(name, value) for name, value in settings.items()}
