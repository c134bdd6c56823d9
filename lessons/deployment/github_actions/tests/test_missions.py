"""Each mission, done and nearly done."""

import pytest
from asgiref.sync import sync_to_async

from lessons.deployment.github_actions import missions
from lessons.deployment.github_actions.tests.test_runs import (
    CHECKED_OUT,
    HEAD,
    ONE,
    ORIGINAL,
    carry_out,
    follow,
    offer,
    push,
    put,
)

GREET = CHECKED_OUT + '      - run: echo "Testing ${{ github.event.pull_request.title }}"\n'
NAMED = """
      - run: echo "Testing $TITLE"
        env:
          TITLE: ${{ github.event.pull_request.title }}
"""
TITLE = 'x"; python -c "print(6 * 7)"; echo "y'


def done(mission, browser):
    traces = browser.traces
    return any(mission(trace, traces[:number]) for number, trace in enumerate(traces))


SHORT = (
    CHECKED_OUT
    + """
      - run: python manage.py test
  deploy:
    needs: test
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: ./deploy.sh
"""
)


async def test_go_red(visit, here):
    ada = visit("github_actions")
    await carry_out(ada, SHORT)
    assert not done(missions.go_red, ada)
    bob = visit("github_actions")
    await carry_out(bob, SHORT, views="import nothing\n")
    assert not done(missions.go_red, bob)
    cleo = visit("github_actions")
    await carry_out(cleo, SHORT, levels="def level(centimetres):\n    return 'calm'\n")
    assert done(missions.go_red, cleo)


def test_be_refused(visit, here):
    ada = visit("github_actions")
    ada.get("")
    ada.post("", {"text": ORIGINAL})
    assert not done(missions.be_refused, ada)
    ada.post("", {"text": ORIGINAL.replace("needs: [lint, test]", "needs: [lint, tests]")})
    assert done(missions.be_refused, ada)


@pytest.mark.parametrize(("workflow", "is_done"), [(GREET, True), (CHECKED_OUT + NAMED, False)])
async def test_run_a_title(visit, here, workflow, is_done):
    mallory = visit("github_actions")
    await sync_to_async(put)(mallory, workflow)
    numbers = await sync_to_async(offer)(mallory, TITLE)
    await follow(mallory, numbers["pull_request"])
    assert done(missions.run_a_title, mallory) is is_done


async def test_a_command_of_the_file_is_no_title(visit, here):
    mallory = visit("github_actions")
    await sync_to_async(put)(mallory, CHECKED_OUT + "      - run: python --version\n")
    numbers = await sync_to_async(offer)(mallory, TITLE)
    await follow(mallory, numbers["pull_request"])
    assert not done(missions.run_a_title, mallory)


async def overtake(browser, workflow):
    await sync_to_async(put)(browser, workflow)
    await sync_to_async(push)(browser, "one")
    socket = browser.socket("ws/runs/1/")
    await socket.connect()
    while (await socket.receive_json())["type"] != "log":
        pass
    await sync_to_async(push)(browser, "two")
    while await socket.receive_json() is not None:
        pass
    await socket.disconnect()


async def test_be_overtaken(visit, here):
    group = "concurrency:\n  group: ci-${{ github.ref }}\n  cancel-in-progress: true\n"
    ada = visit("github_actions")
    await overtake(ada, ONE + "      - run: sleep 0.2\n")
    assert not done(missions.be_overtaken, ada)
    bob = visit("github_actions")
    await overtake(bob, group + ONE + "      - run: sleep 15\n")
    assert done(missions.be_overtaken, bob)


def test_find_nothing(visit, here):
    ada = visit("github_actions")
    ada.post("", {"text": ORIGINAL})
    ada.get("")
    assert not done(missions.find_nothing, ada)
    clean = HEAD.replace(", pull_request_target", "") + "permissions: {}\n"
    ada.post("", {"text": clean + ONE.removeprefix(HEAD) + "      - run: python --version\n"})
    ada.get("")
    assert done(missions.find_nothing, ada)
