from collections.abc import Iterator

import pytest

from sandbox.demos.testing import visit
from sandbox.jail import Jail, JailUnavailable, start_jail

__all__ = ["visit"]


@pytest.fixture(scope="session")
def jail() -> Iterator[Jail]:
    try:
        with start_jail(wall="none") as started:
            yield started
    except JailUnavailable as error:  # pragma: no cover
        pytest.skip(str(error))


@pytest.fixture
def here(jail: Jail, monkeypatch: pytest.MonkeyPatch) -> Jail:
    """The site has a jail, as where `manage.py up` started it."""
    monkeypatch.setenv("JAIL_SOCKET", str(jail.socket_path))
    return jail
