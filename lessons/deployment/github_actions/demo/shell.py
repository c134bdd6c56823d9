"""A step's `run:` as far as this page reads it: words, quotes, variables, `;`, `&&`, `||`, and no more.

GitHub writes the text into a file and gives it to bash. Here it is parsed, and what a command may be is a
short list. Variables are put in after the words are cut, as in any shell: what is in them is never read as
a command. What `${{ … }}` put in before is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_STRANGE = {
    "|": "a pipe",
    "<": "a redirection",
    "(": "a subshell",
    ")": "a subshell",
    "`": "a command in backticks",
}
FILES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY")


@dataclass(frozen=True)
class Command:
    """`after` is what stands before it: a newline or `;`, `&&`, `||`. `strange` says why it can't be run."""

    words: tuple[str, ...]
    text: str
    after: str = ";"
    strange: str = ""
    into: str = ""


def parse(script: str, environment: Mapping[str, str]) -> list[Command]:
    return [command for command in _Reader(script, environment).commands() if command.text]


class _Reader:
    def __init__(self, script: str, environment: Mapping[str, str]) -> None:
        self.script = script.replace("\r\n", "\n").replace("\\\n", " ")
        self.environment = environment
        self.at = 0

    def commands(self) -> list[Command]:
        found, after = [], ";"
        while self.at < len(self.script):
            began = self.at
            words, strange, into = self.words()
            text = self.script[began : self.at].strip()
            ended = self.separator()
            if text and not text.startswith("#"):
                found.append(Command(tuple(words), text, after, strange, into))
            after = ended
        return found

    def separator(self) -> str:
        for sign in ("&&", "||", ";", "\n"):
            if self.script.startswith(sign, self.at):
                self.at += len(sign)
                return ";" if sign == "\n" else sign
        self.at += 1
        return ";"

    def words(self) -> tuple[list[str], str, str]:
        words: list[str] = []
        word: str | None = None
        strange, into, redirected = "", "", False
        while self.at < len(self.script):
            sign = self.script[self.at]
            if sign in ";\n" or self.script.startswith(("&&", "||"), self.at):
                break
            if sign in " \t":
                self.at += 1
                if word is not None:
                    words.append(word)
                word = None
                continue
            if sign == "#" and word is None:
                self.at = (self.script + "\n").find("\n", self.at)
                break
            if sign == ">":
                redirected = True
                self.at += 2 if self.script.startswith(">>", self.at) else 1
                target = re.compile(r'\s*"?\$\{?(\w+)\}?"?').match(self.script, self.at)
                if target and target[1] in FILES:
                    into, self.at = target[1], target.end()
                else:
                    strange = "a redirection into a file"
                continue
            if sign == "&":
                strange = "a process in the background"
            if sign in _STRANGE:
                strange = strange or _STRANGE[sign]
            if sign in "*?" and word is None:
                strange = strange or "a pattern of file names"
            piece, odd = self.piece()
            strange = strange or odd
            word = (word or "") + piece
        if word is not None:
            words.append(word)
        return words, strange, into if redirected else ""

    def piece(self) -> tuple[str, str]:
        """What comes next of a word, and what is strange in it."""
        sign = self.script[self.at]
        if sign == "'":
            end = self.script.find("'", self.at + 1)
            if end < 0:
                return self.rest(), "a quote that is not closed"
            text = self.script[self.at + 1 : end]
            self.at = end + 1
            return text, ""
        if sign == '"':
            return self.quoted()
        if sign == "\\":
            text = self.script[self.at + 1 : self.at + 2]
            self.at += 2
            return text, ""
        if sign == "$":
            return self.variable()
        self.at += 1
        return sign, ""

    def quoted(self) -> tuple[str, str]:
        self.at += 1
        parts, odd = [], ""
        while self.at < len(self.script):
            sign = self.script[self.at]
            if sign == '"':
                self.at += 1
                return "".join(parts), odd
            if sign == "\\" and self.script[self.at + 1 : self.at + 2] in ('"', "\\", "$", "`"):
                parts.append(self.script[self.at + 1])
                self.at += 2
            elif sign == "$":
                text, strange = self.variable()
                parts.append(text)
                odd = odd or strange
            else:
                odd = odd or ("a command in backticks" if sign == "`" else "")
                parts.append(sign)
                self.at += 1
        return "".join(parts), "a quote that is not closed"

    def variable(self) -> tuple[str, str]:
        found = _VARIABLE.match(self.script, self.at)
        if found:
            self.at = found.end()
            return self.environment.get(found[1] or found[2], ""), ""
        self.at += 1
        return "$", "a command in $(…)" if self.script[self.at : self.at + 1] == "(" else "$… of bash"

    def rest(self) -> str:
        text, self.at = self.script[self.at :], len(self.script)
        return text
