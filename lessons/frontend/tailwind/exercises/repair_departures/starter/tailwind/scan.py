"""Which words of a text may be class names.

Tailwind reads files as plain text: it knows no HTML, no Python, no template language, and runs nothing. Its
own scanner is written in Rust; this one follows the same rules for the templates here. What is no utility
does no harm, for the compiler makes nothing of it. What was missed is missed in the style sheet.
"""

import re
from collections.abc import Iterable

# What may stand before and after a name. Text that is glued to it makes it another name.
BEFORE = r"""(?<![^\s"'`.}>])"""
AFTER = r"""(?![^\s"'`{<=:\]}])"""
# region: pattern
QUOTED = r"""'[^'\s]*+'|"[^"\s]*+\""""
BRACKETS = rf"""\[(?:[^\s\[\]'"]|{QUOTED}|\[[^\s\[\]]*+\])++\]"""
PARENTHESES = r"\((?:[^\s()]|\([^\s()]*+\))++\)"
# A dot only inside a number; then whatever brackets hold.
LETTER = r"[A-Za-z0-9_@*%/-]|(?<=\d)\.(?=\d)"
PART = rf"(?:{LETTER}|{BRACKETS}|{PARENTHESES})"
NAME = re.compile(rf"{BEFORE}(?:!?(?:{PART}++:)*+!?{PART}++!?){AFTER}")
# endregion: pattern
# A token that is named anywhere is kept in the style sheet.
VARIABLE = re.compile(r"(?<![\w-])--[A-Za-z][A-Za-z0-9_-]*")


def names_in(text: str) -> list[str]:
    """Every candidate of the text once, in the order of the text."""
    found = [name for name in NAME.findall(text) if name[-1] not in "-_%" and not name.startswith("--")]
    return list(dict.fromkeys([*found, *VARIABLE.findall(text)]))


def names_in_files(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for text in texts for name in names_in(text)))
