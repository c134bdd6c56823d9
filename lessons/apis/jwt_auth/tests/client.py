"""The API as a client without a browser uses it."""

import base64
import json

from lessons.apis.jwt_auth.demo.seed import PASSWORD

STEP = {"+6": 360, "+25h": 90_000}


def obtain(browser, username: str = "ada") -> dict:
    response = post(browser, "token/", username=username, password=PASSWORD)
    assert response.status_code == 200, response.content
    return response.json()


def post(browser, path: str, token: str = "", scheme: str = "Bearer", **data):
    headers = {"Authorization": f"{scheme} {token}"} if token else {}
    return browser.post(f"api/{path}", data, content_type="application/json", headers=headers)


def get(browser, path: str, token: str = "", scheme: str = "Bearer"):
    headers = {"Authorization": f"{scheme} {token}"} if token else {}
    return browser.get(f"api/{path}", headers=headers)


def turn(browser, by: str) -> None:
    assert browser.post("clock/", {"by": STEP[by], "back_to": "desk"}).status_code == 302


def parts(token: str) -> tuple[dict, dict]:
    head, body, _ = token.split(".")
    return json.loads(_bytes(head)), json.loads(_bytes(body))


def rewritten(token: str, header: dict | None = None, **claims) -> str:
    """Other words above the same signature."""
    head, body = parts(token)
    return f"{encoded({**head, **(header or {})})}.{encoded({**body, **claims})}.{token.split('.')[2]}"


def encoded(value: dict) -> str:
    return encoded_bytes(json.dumps(value).encode())


def encoded_bytes(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
