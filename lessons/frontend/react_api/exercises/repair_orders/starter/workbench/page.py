"""A browser without a window: React and a component of `frontend/` in QuickJS; Django answers its requests.

    page.open("ada")            # a page of this user's, loaded and at rest
    page.press("Done: Ada")     # a click, and what comes of it
    page.html()

Requests are answered as they come, one after the other, by this project. `hold()` lets them wait, and
`release()` answers them. `fail("POST", 503)` has the next one of that method answered without the project; a
status of 0 is no answer.
"""

import json
from pathlib import Path

import quickjs
from django.contrib.auth.models import User
from django.test import Client

HERE = Path(__file__).parent
FRONTEND = HERE.parent / "frontend"
MOST_TURNS = 10_000


class ComponentError(Exception):
    """What the component, or the workbench, raised."""


def raise_at(text, file, line):
    """Raises ComponentError as if it came from that line of the component."""
    error = ComponentError(text)
    if not file:
        raise error
    source = "\n" * (line - 1) + "raise error"
    exec(compile(source, str(FRONTEND / file), "exec"), {"error": error})


class Page:
    def __init__(self):
        self.js = quickjs.Context()
        self.js.set_max_stack_size(512 * 1024)
        self.js.add_callable("pythonSend", self._send)
        self.js.add_callable("pythonCookie", self._cookie)
        for name in ("jsx.js", "react.js"):
            self.js.eval((HERE / name).read_text())
        self.client = None
        self._forget()

    def _forget(self):
        self.waiting, self.requests, self.failures, self.held = [], [], [], False

    def open(self, user=None, component="Orders.jsx", **props):
        self._forget()
        self.client = Client(
            enforce_csrf_checks=True, raise_request_exception=False, headers={"user-agent": "workbench"}
        )
        if user is not None:
            self.client.force_login(User.objects.get(username=user))
        self.client.get("/")
        files = {
            path.name: path.read_text()
            for path in sorted(FRONTEND.iterdir())
            if path.suffix in (".jsx", ".js")
        }
        self._call("open", json.dumps(files), component, json.dumps(props))
        return self.settle()

    def press(self, name):
        self._call("press", name)
        return self.settle()

    def type(self, name, value):
        self._call("type", name, value)
        return self.settle()

    def wait(self, ms):
        """Time passes, for timers."""
        self._call("advance", ms)
        return self.settle()

    def hold(self):
        self.held = True

    def release(self, last_first=False):
        self.held = False
        if last_first:
            self.waiting.reverse()
        return self.settle()

    def fail(self, method, status, times=1):
        self.failures += [(method, status)] * times

    def html(self):
        return self._call("html")

    def printed(self):
        return json.loads(self._call("printed"))

    def settle(self):
        """Goes on until nothing is left to do but wait. Answers with the HTML."""
        for _ in range(MOST_TURNS):
            while self.js.execute_pending_job():
                pass
            if self._call("runTimers"):
                continue
            if self.waiting and not self.held:
                self._answer(self.waiting.pop(0))
                continue
            break
        else:
            raise ComponentError("The component never comes to rest: does it set state while it renders?")
        trouble = json.loads(self._call("trouble"))
        if trouble:
            raise_at(**trouble[0])
        return self.html()

    def _send(self, text):
        self.waiting.append(json.loads(text))

    def _cookie(self):
        return "; ".join(
            f"{name}={morsel.value}" for name, morsel in self.client.cookies.items() if not morsel["httponly"]
        )

    def _answer(self, request):
        method, address = request["method"], request["address"]
        failure = next((known for known in self.failures if known[0] == method), None)
        if failure is not None:
            self.failures.remove(failure)
            status, headers, text = failure[1], {"content-type": "text/html"}, "<h1>Server Error</h1>"
        else:
            headers = {name: value for name, value in request["headers"].items() if name != "content-type"}
            kind = request["headers"].get("content-type", "text/plain;charset=UTF-8")
            # As a browser would: only it may say from where the request comes.
            headers |= {"origin": "http://testserver"} if method not in ("GET", "HEAD") else {}
            response = self.client.generic(
                method, address, (request["body"] or "").encode(), content_type=kind, headers=headers
            )
            status, text = response.status_code, response.content.decode()
            headers = {name.lower(): value for name, value in response.headers.items()}
        self.requests.append(
            {"method": method, "path": address, "status": status, "headers": request["headers"]}
        )
        self._call("answer", request["id"], status, json.dumps(headers), text)

    def _call(self, name, *values):
        arguments = ", ".join(json.dumps(value) for value in values)
        try:
            return self.js.eval(f"workbench.{name}({arguments})")
        except quickjs.JSException as error:
            raise ComponentError(str(error).partition("\n")[0]) from None


page = Page()
