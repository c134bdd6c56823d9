"""Each mission is noticed by the demos site when it is done, and not before."""

import pytest

from lessons.deployment.environment_secrets.demo.seed import DOTENV, ENVIRONMENT, PAYMENT, SETTINGS_PY

STAGE = "/stage/deployment/environment_secrets/"
LEAK = 'DATABASE_URL = "postgres://baker:sourdough@db/bakery"\n'


@pytest.fixture
def learner(visit):
    return visit("environment_secrets")


def done(browser) -> set[str]:
    state = browser.get(f"{STAGE}state").json()
    return {mission["slug"] for mission in state["missions"] if mission["done"]}


def write(browser, environment=ENVIRONMENT, dotenv=DOTENV, secret_key="", payment_key=PAYMENT, deploy=True):
    data = {"source0": environment, "source1": dotenv, "source2": secret_key, "source3": payment_key}
    response = browser.post("", data | ({"deploy": "on"} if deploy else {}))
    browser.get()
    return response


def commit(browser, settings_py=SETTINGS_PY, **extra):
    response = browser.post("commits/", {"settings_py": settings_py, "dotenv": "", "message": "x", **extra})
    browser.get("commits/")
    return response


def rotate(browser, way):
    browser.post("keys/rotate/", {"way": way})
    browser.get("keys/")


def test_looking_around_completes_nothing(learner):
    for path in ("", "error/", "commits/", "keys/"):
        assert learner.get(path).status_code == 200
    learner.post("keys/sign-in/")
    learner.get("keys/")
    assert done(learner) == set()


def test_debug_is_off_when_it_is_deployed_over_dotenv(learner):
    write(learner, dotenv=DOTENV.replace("DEBUG=on", "DEBUG=off"))
    write(learner, ENVIRONMENT + "DEBUG=on\n")
    write(learner, ENVIRONMENT + "DEBUG=off\n", deploy=False)
    write(learner, ENVIRONMENT + "DEBUG=off\n", dotenv="")
    assert done(learner) == set()
    write(learner, ENVIRONMENT + "DEBUG=off\n")
    assert done(learner) == {"debug_off"}


def test_the_file_wins_where_all_three_are_set(learner):
    environment = ENVIRONMENT + "SECRET_KEY_FILE=/run/secrets/secret_key\n"
    write(learner, environment, dotenv="", secret_key="k" * 40, deploy=False)
    assert done(learner) == set()
    write(learner, environment, secret_key="k" * 40, deploy=False)
    assert done(learner) == {"file_beats_all"}


def test_looking_at_an_error_is_no_deployment(learner):
    write(learner, payment_key="", deploy=False)
    assert done(learner) == set()
    write(learner, payment_key="")
    assert done(learner) == {"does_not_start"}


def test_the_hook_and_the_history(learner):
    commit(learner, SETTINGS_PY + "\nX = 1\n", hook="on")
    commit(learner, SETTINGS_PY + LEAK)
    assert done(learner) == set()
    commit(learner, SETTINGS_PY + LEAK + "Y = 2\n", hook="on")
    assert done(learner) == {"hook_refuses"}
    commit(learner)
    assert done(learner) == {"hook_refuses", "gone_and_still_there"}


def test_staying_signed_in(learner):
    rotate(learner, "with_fallback")
    learner.post("keys/sign-in/")
    rotate(learner, "without")
    assert done(learner) == set()
    learner.post("keys/sign-in/")
    rotate(learner, "with_fallback")
    assert done(learner) == {"stay_signed_in"}


def test_dropped_for_some_and_not_for_all(learner):
    rotate(learner, "with_fallback")
    rotate(learner, "drop")
    assert done(learner) == set()


def test_signing_in_again_is_not_coming_by(learner):
    learner.get("keys/")
    rotate(learner, "with_fallback")
    rotate(learner, "drop")
    learner.post("keys/customers/1/sign-in/")
    learner.get("keys/")
    rotate(learner, "drop")
    assert done(learner) == set()


def test_whom_a_leak_has_signed_out_may_sign_in_again(learner):
    rotate(learner, "without")
    for customer in (1, 2, 3):
        learner.post(f"keys/customers/{customer}/sign-in/")
    rotate(learner, "with_fallback")
    learner.post("keys/customers/2/")
    learner.get("keys/")
    assert done(learner) == set()
    rotate(learner, "drop")
    assert done(learner) == {"dropped_too_early"}


def test_ada_is_in_and_cy_is_out(learner):
    rotate(learner, "with_fallback")
    learner.post("keys/customers/1/")
    learner.get("keys/")
    assert done(learner) == set()
    rotate(learner, "drop")
    assert done(learner) == {"dropped_too_early"}
