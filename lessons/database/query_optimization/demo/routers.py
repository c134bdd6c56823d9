from .models import Customer, Depot, Parcel
from .shared import ALIASES

SHARED = {Customer, Depot, Parcel}


class Router:
    """Parcels are read from the shared files; what a visitor writes down is in `default`."""

    def db_for_read(self, model, instance=None, **hints) -> str | None:
        if model not in SHARED:
            return None
        # A related object comes from where the instance came from.
        origin = instance._state.db if instance is not None else None
        return origin if origin in ALIASES else ALIASES[0]

    def allow_migrate(self, db, app_label, model_name=None, **hints) -> bool | None:
        if db in ALIASES:
            return False  # shared.build makes the tables of those
        if app_label == "query_optimization":
            return model_name not in {model._meta.model_name for model in SHARED}
        return None
