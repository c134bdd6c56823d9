import pytest

from lessons.deployment.gunicorn_nginx.demo import houses


@pytest.fixture(scope="session")
def nginx() -> None:
    if houses.nginx_program() is None:
        pytest.skip("nginx is not installed")


@pytest.fixture(autouse=True, scope="session")
def nobody_stays_open():
    yield
    houses.close_all()
