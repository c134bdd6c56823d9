"""Runs as a page has them: started by a request, carried out by a socket, in the jail."""

from asgiref.sync import sync_to_async

from lessons.deployment.github_actions.demo.models import File, PullRequest, Run, Secret
from lessons.deployment.github_actions.demo.seed import CHECKOUT, WORKFLOW

ORIGINAL = (CHECKOUT / "ci.yml").read_text()
HEAD = "on: [push, pull_request, pull_request_target]\n"
ONE = HEAD + "jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"
CHECKED_OUT = ONE + "      - uses: actions/checkout@v4\n"


def put(browser, workflow, **files):
    with browser.world():
        File.objects.filter(path=WORKFLOW).update(text=workflow)
        for name, text in files.items():
            File.objects.filter(path=f"tides/{name}.py").update(text=text)


def push(browser, title="hello", branch="main"):
    answer = browser.post(
        "runs/push/", {"branch": branch, "title": title}, headers={"accept": "application/json"}
    )
    return answer.json()


def offer(browser, title, tests=""):
    with browser.world():
        tests = tests or PullRequest.objects.get().tests
    browser.post("pull-request/", {"title": title, "branch": "spring", "tests": tests})
    with browser.world():
        return {run.event["name"]: run.number for run in Run.objects.order_by("number")}


async def follow(browser, number):
    """All that the page is told."""
    socket = browser.socket(f"ws/runs/{number}/")
    assert await socket.connect()
    told = []
    while (event := await socket.receive_json()) is not None:
        told.append(event)
    await socket.disconnect()
    return told


def lines(told, job=None):
    return [
        line for one in told if one["type"] == "log" and job in (None, one["job"]) for line in one["lines"]
    ]


def states(told):
    return {one["job"]: one["state"] for one in told if one["type"] == "job"}


def conclusion(told):
    return next(one["conclusion"] for one in reversed(told) if one["type"] == "run")


async def carry_out(browser, workflow, title="hello", **files):
    await sync_to_async(put)(browser, workflow, **files)
    assert (await sync_to_async(push)(browser, title))["refusals"] == []
    return await follow(browser, 1)


async def test_the_pipeline_of_the_first_day_is_green(visit, here):
    ada = visit("github_actions")
    told = await carry_out(ada, ORIGINAL)
    assert conclusion(told) == "success"
    ended = {
        "lint": "success",
        "test-0": "success",
        "test-1": "success",
        "test-2": "success",
        "deploy": "elsewhere",
    }
    assert states(told) == ended
    assert lines(told).count("OK") == 3 and "All checks passed!" in lines(told)
    assert any("actions/setup-python@v5 is not run here" in line for line in lines(told))
    page = await sync_to_async(ada.get)("runs/1/")
    assert "Ran 4 tests" in page.text and 'data-conclusion="success"' in page.text


async def test_a_failing_test_turns_it_red_and_nothing_is_deployed(visit, here):
    ada = visit("github_actions")
    told = await carry_out(ada, ORIGINAL, levels="def level(centimetres):\n    return 'calm'\n")
    assert conclusion(told) == "failure"
    ended = states(told)
    assert ended["deploy"] == "skipped" and "failure" in ended.values()
    assert any("AssertionError: 'calm' != 'watch'" in line for line in lines(told))
    assert not any("/dev/shm" in line or "site-packages" in line for line in lines(told))


async def test_a_project_that_does_not_boot_says_so(visit, here):
    ada = visit("github_actions")
    told = await carry_out(
        ada, CHECKED_OUT + "      - run: python manage.py check\n", views="import nothing\n"
    )
    assert conclusion(told) == "failure"
    assert any("ModuleNotFoundError: No module named 'nothing'" in line for line in lines(told))


async def test_without_a_checkout_there_is_no_manage_py(visit, here):
    told = await carry_out(visit("github_actions"), ONE + "      - run: python manage.py test\n")
    assert conclusion(told) == "failure"
    assert any("can't open file 'manage.py'" in line for line in lines(told))


async def test_pytest_and_python_run_too(visit, here):
    steps = [
        "python -m pytest -q",
        "python -c 'import os; print(os.environ[\"CI\"], 6 * 7)'",
        "python -m unittest tides.tests.LevelTests",
        "ruff format --check .",
        "cat settings.py | sort",
    ]
    text = CHECKED_OUT + "".join(f"      - run: {step}\n" for step in steps)
    told = await carry_out(visit("github_actions"), text)
    assert conclusion(told) == "success", lines(told)
    assert any("4 passed" in line for line in lines(told))
    assert "true 42" in lines(told) and "OK" in lines(told)
    assert "Not run here: a pipe is not read here." in lines(told)


async def test_a_title_that_is_put_into_a_script_is_run(visit, here):
    mallory = visit("github_actions")
    greet = CHECKED_OUT + '      - run: echo "Testing ${{ github.event.pull_request.title }}"\n'
    await sync_to_async(put)(mallory, greet)
    numbers = await sync_to_async(offer)(mallory, 'x"; python -c "print(40 + 2)"; echo "y')
    told = await follow(mallory, numbers["pull_request"])
    assert lines(told)[-5:] == ["Testing x", 'python -c "print(40 + 2)"', "42", 'echo "y"', "y"]


async def test_a_title_in_a_variable_is_a_text(visit, here):
    mallory = visit("github_actions")
    env = "        env:\n          TITLE: ${{ github.event.pull_request.title }}\n"
    greet = CHECKED_OUT + '      - run: echo "Testing $TITLE"\n' + env
    await sync_to_async(put)(mallory, greet)
    numbers = await sync_to_async(offer)(mallory, 'x"; python -c "print(40 + 2)"; echo "y')
    told = await follow(mallory, numbers["pull_request"])
    assert lines(told)[-1] == 'Testing x"; python -c "print(40 + 2)"; echo "y'


async def test_secrets_are_masked_and_a_fork_gets_none(visit, here):
    ada = visit("github_actions")
    text = CHECKED_OUT + (
        "      - run: |\n"
        '          echo "key: $KEY"\n'
        "          python -c \"import os; print(*os.environ['KEY'], 'end')\"\n"
        "        env:\n          KEY: ${{ secrets.TIDES_API_KEY }}\n"
    )
    await sync_to_async(put)(ada, text)
    numbers = await sync_to_async(offer)(ada, "hello")

    def key():
        with ada.world():
            return Secret.objects.get(name="TIDES_API_KEY").value

    secret = await sync_to_async(key)()
    told = await follow(ada, numbers["pull_request"])
    assert "key: " in lines(told) and " ".join([*secret, "end"]) not in lines(told)
    told = await follow(ada, numbers["pull_request_target"])
    assert "key: ***" in lines(told)
    # Masking replaces a string; a space between its letters, and it is another string.
    assert " ".join([*secret, "end"]) in lines(told)
    assert secret not in str(told)


async def test_pull_request_target_runs_what_is_checked_out(visit, here):
    mallory = visit("github_actions")
    env = "        env:\n          TIDES_API_KEY: ${{ secrets.TIDES_API_KEY }}\n"
    test = "      - run: python manage.py test\n" + env
    await sync_to_async(put)(mallory, CHECKED_OUT + test)
    numbers = await sync_to_async(offer)(mallory, "hello")
    told = await follow(mallory, numbers["pull_request"])
    assert any("the key is not here" in line for line in lines(told))
    assert not any(
        "the key is" in line for line in lines(await follow(mallory, numbers["pull_request_target"]))
    )
    of_the_fork = "        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n"
    await sync_to_async(put)(mallory, CHECKED_OUT + of_the_fork + test)
    numbers = await sync_to_async(offer)(mallory, "hello")
    told = await follow(mallory, numbers["pull_request_target"])
    assert any("the key is ***" in line for line in lines(told))


async def test_needs_conditions_and_outputs(visit, here):
    text = """
on: push
jobs:
  first:
    runs-on: ubuntu-latest
    outputs:
      word: ${{ steps.say.outputs.word }}
    steps:
      - id: say
        run: echo "word=tide" >> "$GITHUB_OUTPUT"
      - run: "false"
        continue-on-error: true
  second:
    needs: first
    if: needs.first.outputs.word == 'tide'
    runs-on: ubuntu-latest
    steps:
      - run: "false"
      - run: echo never
      - if: failure()
        run: echo "after a failure, ${{ needs.first.result }}"
  third:
    needs: second
    runs-on: ubuntu-latest
    steps:
      - run: echo third
  report:
    needs: [second, third]
    if: ${{ always() }}
    runs-on: ubuntu-latest
    steps:
      - run: echo "${{ needs.second.result }}, ${{ needs.third.result }}"
"""
    told = await carry_out(visit("github_actions"), text)
    assert states(told) == {"first": "success", "second": "failure", "third": "skipped", "report": "success"}
    assert "after a failure, success" in lines(told) and "failure, skipped" in lines(told)
    assert "never" not in lines(told) and conclusion(told) == "failure"


async def test_a_newer_run_of_the_group_ends_the_older(visit, here):
    ada = visit("github_actions")
    group = "concurrency:\n  group: ci-${{ github.ref }}\n  cancel-in-progress: true\n"
    await sync_to_async(put)(ada, group + ONE + "      - run: sleep 15\n")
    await sync_to_async(push)(ada, "one")
    socket = ada.socket("ws/runs/1/")
    await socket.connect()
    while (await socket.receive_json())["type"] != "log":
        pass
    await sync_to_async(push)(ada, "two")
    told = []
    while (event := await socket.receive_json()) is not None:
        told.append(event)
    assert conclusion(told) == "cancelled" and "Run #2 of the same group came." in told[-1]["reason"]
    await socket.disconnect()


async def test_in_a_group_that_does_not_cancel_one_waits(visit, here):
    ada = visit("github_actions")
    await sync_to_async(put)(ada, "concurrency: deploys\n" + ONE + "      - run: sleep 1\n")
    for title in ("one", "two", "three"):
        await sync_to_async(push)(ada, title)

    def kept():
        with ada.world():
            return [(run.state, run.conclusion) for run in Run.objects.order_by("number")]

    assert await sync_to_async(kept)() == [("queued", ""), ("done", "cancelled"), ("pending", "")]
    waiting = ada.socket("ws/runs/3/")
    await waiting.connect()
    assert (await waiting.receive_json())["conclusion"] == "pending"
    assert conclusion(await follow(ada, 1)) == "success"
    told = []
    while (event := await waiting.receive_json()) is not None:
        told.append(event)
    assert conclusion(told) == "success"
    await waiting.disconnect()


async def test_a_run_ends_with_its_page(visit, here):
    ada = visit("github_actions")
    await sync_to_async(put)(ada, ONE + "      - run: sleep 15\n")
    await sync_to_async(push)(ada)
    socket = ada.socket("ws/runs/1/")
    await socket.connect()
    while (await socket.receive_json())["type"] != "log":
        pass
    await socket.disconnect()
    assert conclusion(await follow(ada, 1)) == "cancelled"


async def test_where_there_is_no_jail_a_run_says_so(visit, monkeypatch):
    monkeypatch.delenv("JAIL_SOCKET", raising=False)
    ada = visit("github_actions")
    told = await carry_out(ada, ORIGINAL)
    assert conclusion(told) == "success"
    assert any("no jail is configured" in line for line in lines(told))
    assert not any(
        one.get("state") == "success" and one.get("step") == 4 for one in told if one["type"] == "step"
    )
    assert "Steps cannot run here" in (await sync_to_async(ada.get)("runs/1/")).text


def test_pages(visit, here):
    ada = visit("github_actions")
    page = ada.get("")
    assert page.status_code == 200 and "5 jobs for a push to main" in page.text
    assert "template-injection" in page.text
    for address in ("files/", "files/tides/levels.py/", "pull-request/", "runs/"):
        assert ada.get(address).status_code == 200
    refused = ada.post("", {"text": ORIGINAL.replace("runs-on", "run-on", 1)})
    assert refused.status_code == 422 and "did you mean &#x27;runs-on&#x27;?" in refused.text
    assert ada.post("", {"text": ORIGINAL + "# mine\n"}).status_code == 302
    assert "# mine" in ada.get("").text
    ada.post("files/original/")
    assert "# mine" not in ada.get("").text
    assert push(ada, branch="feature") == {
        "panels": [],
        "refusals": ["push: `branches` does not name feature."],
    }
    assert ada.post("runs/dispatch/").status_code == 302
    assert "workflow_dispatch" in ada.get("runs/").text
    assert ada.get("runs/9/").status_code == 404
