"""What stands in `${{ … }}`: GitHub's expressions, as far as workflows of this size use them.

Values are JSON's. Strings are compared whatever their case; `&&` and `||` give back an operand; what is not
there is null, and null becomes an empty string in a text.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Contexts = Mapping[str, Any]

IN_TEXT = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
STATUS = re.compile(r"\b(success|failure|always|cancelled)\s*\(", re.IGNORECASE)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?))"
    r"|'(?P<text>(?:[^']|'')*)'"
    r"|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[!<>()\[\],.*]))"
)
_BINDING = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4}


class BadExpression(ValueError):
    """It cannot be read, or names a function that there is not."""


def fill(text: str, contexts: Contexts) -> str:
    """The text with every `${{ … }}` replaced, before anybody else reads it: a shell comes later."""
    return IN_TEXT.sub(lambda found: shown(evaluate(found[1], contexts)), text)


def condition(text: Any, contexts: Contexts) -> bool:
    """`if:`. Without a status function it only holds while all went well."""
    if text is None or text == "":
        text = "success()"
    if isinstance(text, bool):
        text = "true" if text else "false"
    source = str(text).strip()
    whole = IN_TEXT.fullmatch(source)
    if whole:
        source = whole[1]
    elif IN_TEXT.search(source):
        # A text with something around the braces is a text, and every text but the empty one is true.
        return bool(fill(source, contexts)) and evaluate("success()", contexts)
    if not STATUS.search(source):
        source = f"success() && ({source})"
    return truth(evaluate(source, contexts))


def value(given: Any, contexts: Contexts) -> Any:
    """A value of the file: what is one expression keeps its type, as `matrix: ${{ fromJSON(…) }}` needs."""
    if isinstance(given, str):
        whole = IN_TEXT.fullmatch(given.strip())
        return evaluate(whole[1], contexts) if whole and given.count("${{") == 1 else fill(given, contexts)
    if isinstance(given, dict):
        return {key: value(inner, contexts) for key, inner in given.items()}
    if isinstance(given, list):
        return [value(inner, contexts) for inner in given]
    return given


def shown(found: Any) -> str:
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, float) and found.is_integer():
        return str(int(found))
    return json.dumps(found) if isinstance(found, dict | list) else str(found)


def truth(found: Any) -> bool:
    return found not in (None, False, 0, "") if not isinstance(found, dict | list) else True


def evaluate(source: str, contexts: Contexts) -> Any:
    return _Reader(source, contexts).whole()


class _Reader:
    def __init__(self, source: str, contexts: Contexts) -> None:
        self.contexts, self.source = contexts, source
        self.tokens: list[tuple[str, str]] = []
        at, end = 0, len(source.rstrip())
        while at < end:
            found = _TOKEN.match(source, at)
            if not found:
                raise BadExpression(f"cannot read this from here on: {source[at:].strip()[:40]}")
            kind = found.lastgroup or ""
            self.tokens.append((kind, found[kind]))
            at = found.end()
        self.tokens.append(("end", ""))
        self.at = 0

    def whole(self) -> Any:
        found = self.binary(0)
        if self.peek() != ("end", ""):
            raise BadExpression(f"{self.peek()[1]!r} does not belong there: {self.source.strip()[:60]}")
        return found

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at]

    def take(self, sign: str = "") -> tuple[str, str]:
        token = self.tokens[self.at]
        if sign and token != ("sign", sign):
            raise BadExpression(f"{sign!r} is missing: {self.source.strip()[:60]}")
        self.at += 1
        return token

    def binary(self, least: int) -> Any:
        left = self.unary()
        while True:
            kind, sign = self.peek()
            binding = _BINDING.get(sign, 0) if kind == "sign" else 0
            if binding <= least:
                return left
            self.take()
            right = self.binary(binding)
            left = _operate(sign, left, right)

    def unary(self) -> Any:
        if self.peek() == ("sign", "!"):
            self.take()
            return not truth(self.unary())
        return self.dereferenced(self.primary())

    def primary(self) -> Any:
        kind, text = self.take()
        if kind == "number":
            return int(text, 16) if "x" in text else float(text)
        if kind == "text":
            return text.replace("''", "'")
        if (kind, text) == ("sign", "("):
            found = self.binary(0)
            self.take(")")
            return found
        if kind != "name":
            raise BadExpression(f"something is missing: {self.source.strip()[:60]}")
        if text in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[text]
        if self.peek() == ("sign", "("):
            return self.call(text)
        if text.lower() not in self.contexts:
            raise BadExpression(f"there is no context '{text}' here")
        return self.contexts[text.lower()]

    def call(self, name: str) -> Any:
        self.take("(")
        arguments = []
        while self.peek() != ("sign", ")"):
            arguments.append(self.binary(0))
            if self.peek() == ("sign", ","):
                self.take()
        self.take(")")
        functions = {**FUNCTIONS, **self.contexts.get("functions", {})}
        function = functions.get(name.lower())
        if function is None:
            raise BadExpression(f"there is no function {name}() here")
        try:
            return function(*arguments)
        except (TypeError, ValueError, IndexError) as error:
            raise BadExpression(f"{name}(): {error}") from error

    def dereferenced(self, found: Any) -> Any:
        while self.peek() in (("sign", "."), ("sign", "[")):
            if self.take()[1] == ".":
                kind, key = self.take()
                if key == "*":
                    found = list(found.values()) if isinstance(found, dict) else found
                    continue
                if kind != "name":
                    raise BadExpression(f"a name is missing after the dot: {self.source.strip()[:60]}")
            else:
                key = self.binary(0)
                self.take("]")
            found = _item(found, key)
        return found


def _item(found: Any, key: Any) -> Any:
    if isinstance(found, list) and isinstance(key, float | int):
        return found[int(key)] if 0 <= key < len(found) else None
    if isinstance(found, Mapping):
        folded = {str(name).lower(): value for name, value in found.items()}
        return folded.get(shown(key).lower())
    return None


def _operate(sign: str, left: Any, right: Any) -> Any:
    if sign == "&&":
        return right if truth(left) else left
    if sign == "||":
        return left if truth(left) else right
    if isinstance(left, str) and isinstance(right, str):
        left, right = left.lower(), right.lower()
    elif isinstance(left, dict | list) or isinstance(right, dict | list):
        return (left is right) == (sign == "==")
    else:
        left, right = _number(left), _number(right)
    compared: dict[str, Callable[[], bool]] = {
        "==": lambda: left == right,
        "!=": lambda: left != right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
    }
    return compared[sign]()


def _number(found: Any) -> float:
    if found is None or found == "":
        return 0.0
    try:
        return float(found)
    except ValueError:
        return float("nan")


def _contains(where: Any, what: Any) -> bool:
    if isinstance(where, list):
        return any(_operate("==", item, what) for item in where)
    return shown(what).lower() in shown(where).lower()


def _format(pattern: Any, *arguments: Any) -> str:
    text = shown(pattern).replace("{{", "\0").replace("}}", "\1")
    text = re.sub(r"\{(\d+)\}", lambda found: shown(arguments[int(found[1])]), text)
    return text.replace("\0", "{").replace("\1", "}")


def hash_files(files: Mapping[str, str]) -> Callable[..., str]:
    def hashed(*patterns: Any) -> str:
        names = sorted(name for name in files if any(_globs(name, shown(one)) for one in patterns))
        return hashlib.sha256("".join(files[name] for name in names).encode()).hexdigest() if names else ""

    return hashed


def _globs(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern.removeprefix("**/")) or fnmatchcase(name, pattern)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "contains": _contains,
    "startswith": lambda text, start: shown(text).lower().startswith(shown(start).lower()),
    "endswith": lambda text, end: shown(text).lower().endswith(shown(end).lower()),
    "format": _format,
    "join": lambda items, by=",": (
        shown(by).join(map(shown, items)) if isinstance(items, list) else shown(items)
    ),
    "tojson": lambda found: json.dumps(found, indent=2),
    "fromjson": lambda text: json.loads(shown(text)),
}
