"""What elements look like under a style sheet: cascade, inheritance, variables, lengths, colours.

For the checks. It reads the tree of rules that Tailwind's compiler gives, and asks each selector of the
parsed page. It knows as much of CSS as these exercises need; a value that it cannot read is None, and is let
pass.
"""

import math
import re
from collections import namedtuple

import soupsieve

Rule = namedtuple("Rule", "selector conditions layer order declarations")
INHERITED = {
    *("color", "color-scheme", "cursor", "font-family", "font-size", "font-style", "font-weight"),
    *("letter-spacing", "line-height", "list-style-type", "text-align", "visibility", "white-space"),
}
BLOCKS = {
    *("address", "article", "aside", "body", "div", "dl", "dd", "dt", "figure", "footer", "form", "h1", "h2"),
    *("h3", "h4", "header", "html", "main", "nav", "ol", "p", "section", "ul"),
}
TABLES = {"table": "table", "tr": "table-row", "td": "table-cell", "th": "table-cell", "li": "list-item"}
TABLES |= {"thead": "table-header-group", "tbody": "table-row-group"}
STATES = ("hover", "focus-visible", "focus-within", "focus", "active")
SIDES = ("top", "right", "bottom", "left")
COLOURS = {"white": (1.0, 1.0, 1.0, 1.0), "black": (0.0, 0.0, 0.0, 1.0), "transparent": (0.0, 0.0, 0.0, 0.0)}
COLOURS |= {"#0000": (0.0, 0.0, 0.0, 0.0)}


def split(text, separator):
    """At this separator, outside of brackets and quotes."""
    parts, depth, quote, current = [], 0, "", ""
    for i, c in enumerate(text):
        escaped = i and text[i - 1] == "\\"
        if quote:
            quote = "" if c == quote and not escaped else quote
        elif escaped:
            pass
        elif c in "\"'":
            quote = c
        elif c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        elif depth == 0 and (c == separator or (separator == " " and c.isspace())):
            parts.append(current)
            current = ""
            continue
        current += c
    return [part.strip() for part in [*parts, current] if part.strip()]


class Sheet:
    def __init__(self, tree):
        self.layers = []
        self.rules = []
        self.registered = {}
        self._walk(tree, (), None)
        self.registered_once = {name for name, (inherits, _) in self.registered.items() if not inherits}

    def _walk(self, nodes, conditions, layer):
        for node in nodes:
            kind, name = node["kind"], node.get("name", "")
            if kind == "rule":
                declarations = [one for one in node["nodes"] if one["kind"] == "declaration"]
                rule = Rule(node["selector"], conditions, layer, len(self.rules), declarations)
                self.rules.append(rule)
                inner = [one for one in node["nodes"] if one["kind"] in ("rule", "at-rule")]
                self._walk([_nested(one, node["selector"]) for one in inner], conditions, layer)
            elif kind == "context":
                self._walk(node["nodes"], conditions, layer)
            elif name == "@layer":
                names = split(node["params"], ",")
                self.layers += [one for one in names if one not in self.layers]
                self._walk(node["nodes"], conditions, names[0] if names else layer)
            elif name == "@property":
                told = {one["property"]: one["value"] for one in node["nodes"]}
                self.registered[node["params"]] = (told.get("inherits") == "true", told.get("initial-value"))
            elif name in ("@media", "@supports", "@container"):
                self._walk(node["nodes"], (*conditions, (name, node["params"])), layer)

    def utilities_bytes(self):
        return sum(
            len(rule.selector)
            + sum(len(one["property"] + str(one["value"])) + 6 for one in rule.declarations)
            for rule in self.rules
            if rule.layer == "utilities"
        )


def _nested(node, parent):
    """A rule inside of a rule, with its parent put in the place of &."""
    if node["kind"] == "rule":
        inner = node["selector"]
        selector = inner.replace("&", parent) if "&" in inner else f"{parent} {inner}"
        return {**node, "selector": selector}
    declarations = [one for one in node["nodes"] if one["kind"] == "declaration"]
    others = [_nested(one, parent) for one in node["nodes"] if one["kind"] != "declaration"]
    own = [{"kind": "rule", "selector": parent, "nodes": declarations}] if declarations else []
    return {**node, "nodes": [*own, *others]}


class Page:
    """One document in one window. `states` hold for whatever asks for them."""

    def __init__(self, sheet, soup, width, scheme="light", states=()):
        self.sheet, self.soup, self.width, self.scheme = sheet, soup, width, scheme
        self.states = set(states) | ({"focus"} if "focus-visible" in states else set())
        self._styles = {}
        self._own = {}
        for rule in sheet.rules:
            if all(self._holds(*condition) for condition in rule.conditions):
                self._apply(rule)

    def _apply(self, rule):
        for selector in split(rule.selector, ","):
            if "::" in selector or re.search(r":(before|after)\b", selector):
                continue
            asked = selector
            for state in STATES:
                if state in self.states:
                    asked = re.sub(rf"(?<!\\):{state}(?![\w-])", ":not(#_)", asked)
            try:
                found = soupsieve.select(asked, self.soup)
            except soupsieve.SelectorSyntaxError:
                continue
            rank = (self._rank(rule.layer), _specificity(selector), rule.order)
            for element in found:
                for one in rule.declarations:
                    self._own.setdefault(id(element), []).append((rank, one))

    def _rank(self, layer):
        return len(self.sheet.layers) if layer is None else self.sheet.layers.index(layer)

    def _holds(self, name, params):
        if name == "@supports":
            return not params.startswith(("not", "((-webkit-hyphens"))
        if name == "@container":
            params = params[params.index("(") :] if "(" in params else params
        return any(self._matches(query) for query in split(params, ","))

    def _matches(self, query):
        negated = query.startswith("not ")
        parts = re.split(r"\s+and\s+", query.removeprefix("not ").removeprefix("only "))
        return all(self._feature(part.strip()) for part in parts) != negated

    def _feature(self, text):
        inner = text.strip("() ")
        if text in ("all", "screen"):
            return True
        if match := re.fullmatch(r"prefers-color-scheme:\s*(\w+)", inner):
            return match[1] == self.scheme
        if re.fullmatch(
            r"(any-)?hover:\s*hover|(any-)?pointer:\s*fine|prefers-[\w-]+:\s*no-preference", inner
        ):
            return True
        if match := re.fullmatch(r"(min|max)-width:\s*(.+)", inner):
            bound = self.length(match[2])
            return self.width >= bound if match[1] == "min" else self.width <= bound
        if match := re.fullmatch(r"(?:(.+?)\s*(<=?|>=?)\s*)?width\s*(?:(<=?|>=?)\s*(.+))?", inner):
            left, before, after, right = match.groups()
            turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
            return (not left or self._compare(turned[before], left)) and (
                not right or self._compare(after, right)
            )
        return False

    def _compare(self, operator, bound):
        value = self.length(bound)
        return {
            "<": self.width < value,
            "<=": self.width <= value,
            ">": self.width > value,
            ">=": self.width >= value,
        }[operator]

    # --- styles

    def style(self, element):
        """All properties of the element, with variables put in and the shorthands taken apart."""
        if element is None or element.name == "[document]":
            return {}
        if id(element) not in self._styles:
            self._styles[id(element)] = self._computed(element)
        return self._styles[id(element)]

    def _computed(self, element):
        above = self.style(element.parent)
        result = {
            name: value
            for name, value in above.items()
            if name in INHERITED or (name.startswith("--") and name not in self.sheet.registered_once)
        }
        for name, (_, initial) in self.sheet.registered.items():
            if name not in result and initial is not None:
                result[name] = initial
        asked = sorted(self._own.get(id(element), []), key=_strength)
        written = [one for _, one in asked]
        written += [
            {"property": name.strip(), "value": value.strip(), "important": False}
            for name, _, value in (part.partition(":") for part in split(element.get("style", ""), ";"))
        ]
        # An important declaration of the style sheet goes before what the element's own attribute says.
        written.sort(key=lambda one: bool(one.get("important")))
        variables = {one["property"]: one["value"] for one in written if one["property"].startswith("--")}
        result |= variables
        for name in variables:
            result[name] = self._put_in(str(result[name]), result, (name,))
        result = {name: value for name, value in result.items() if value is not None}
        for one in written:
            name, value = one["property"], one["value"]
            if name.startswith("--") or value is None:
                continue
            value = self._put_in(str(value), result, ())
            if value is None or value in ("unset", "initial", "revert", "revert-layer"):
                result.pop(name, None)
            elif value == "inherit":
                result[name] = above.get(name, "")
            else:
                for longhand, part in _longhands(name, value):
                    result[longhand] = part
        return result

    def _put_in(self, value, names, seen):
        """With var(…) replaced; None where there is no such variable, and no other value."""
        while (at := value.find("var(")) >= 0:
            end = _closing(value, at + 3)
            name, _, other = value[at + 4 : end].partition(",")
            name = name.strip()
            found = names.get(name)
            if found is not None and name not in seen:
                found = self._put_in(str(found), names, (*seen, name))
            elif name in seen:
                found = None
            if found is None and "," in value[at + 4 : end]:
                found = self._put_in(other.strip(), names, seen)
            if found is None:
                return None
            value = value[:at] + found + value[end + 1 :]
        return value

    def display(self, element):
        if element.name in ("head", "script", "style", "title", "template"):
            return "none"
        default = TABLES.get(element.name) or ("block" if element.name in BLOCKS else "inline")
        return self.style(element).get("display", default)

    def is_visible(self, element):
        for one in [element, *element.parents]:
            if one.name == "[document]":
                break
            style = self.style(one)
            is_tiny = style.get("position") == "absolute" and style.get("width") == "1px"
            if self.display(one) == "none" or style.get("opacity") in ("0", "0%") or is_tiny:
                return False
        return self.style(element).get("visibility", "visible") == "visible"

    # --- lengths

    def length(self, text, base=0.0):
        """In pixels; None where it is none. Percentages are of `base`."""
        if text is None:
            return None
        words = re.findall(
            r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?[a-z%]*|[a-z]+\(|[()+*/,-]|\S+", str(text).strip()
        )
        try:
            value, rest = self._sum(words, base)
        except (AttributeError, IndexError, KeyError, ValueError, ZeroDivisionError):
            return None
        return value if not rest else None

    def _sum(self, words, base):
        value, words = self._product(words, base)
        while words and (words[0] in "+-" or words[0].startswith("-")):
            if words[0] in ("+", "-"):
                sign, words = (1 if words[0] == "+" else -1), words[1:]
            else:
                sign = 1
            other, words = self._product(words, base)
            value += sign * other
        return value, words

    def _product(self, words, base):
        value, words = self._value(words, base)
        while words and words[0] in ("*", "/"):
            other, rest = self._value(words[1:], base)
            value = value * other if words[0] == "*" else value / other
            words = rest
        return value, words

    def _value(self, words, base):
        word, words = words[0], words[1:]
        if word.endswith("("):
            values = []
            while True:
                value, words = self._sum(words, base)
                values.append(value)
                closing, words = words[0], words[1:]
                if closing == ")":
                    break
            functions = {"(": sum, "calc(": sum, "min(": min, "max(": max}
            if word == "clamp(":
                return max(values[0], min(values[1], values[2])), words
            return functions[word](values), words
        if word == "infinity":
            return math.inf, words
        number, unit = re.fullmatch(r"(-?[\d.]+(?:e-?\d+)?)([a-z%]*)", word).groups()
        units = {"": 1, "px": 1, "rem": 16, "em": 16, "%": base / 100, "vw": self.width / 100, "vh": 8}
        units |= {"svw": self.width / 100, "dvw": self.width / 100, "ch": 8, "pt": 4 / 3}
        return float(number) * units[unit], words

    def inner_width(self, element):
        """Of the box that its children are laid out in, as far as padding, margin and bounds say."""
        if element is None or element.name == "[document]":
            return float(self.width)
        outer, style = self.inner_width(element.parent), self.style(element)
        own = outer - sum(self.length(style.get(f"margin-{side}"), outer) or 0 for side in ("left", "right"))
        own = self.length(style.get("width"), outer) or own
        most = self.length(style.get("max-width"), outer)
        own = own if most is None else min(own, most)
        return own - sum(self.length(style.get(f"padding-{side}"), outer) or 0 for side in ("left", "right"))

    def columns(self, element):
        """How many of the element's children stand side by side in its first row."""
        style, room = self.style(element), self.inner_width(element)
        gap = self.length(style.get("column-gap"), room) or 0
        display = self.display(element)
        children = [child for child in element.find_all(True, recursive=False) if self.is_visible(child)]
        if display in ("grid", "inline-grid"):
            return max(1, _tracks(self, style.get("grid-template-columns", "none"), room, gap))
        if display in ("flex", "inline-flex"):
            if style.get("flex-direction", "row").startswith("column"):
                return 1
            return self._in_a_row(children, style.get("flex-wrap", "nowrap"), room, gap)
        count = style.get("column-count", "auto")
        return int(count) if count.isdigit() else 1

    def _in_a_row(self, children, wrap, room, gap):
        if wrap == "nowrap":
            return len(children)
        used, count = 0.0, 0
        for child in children:
            style = self.style(child)
            basis = self.length(style.get("flex-basis"), room)
            wide = basis if basis is not None else self.length(style.get("width"), room)
            wide = room if wide is None else wide
            wide += sum(self.length(style.get(f"margin-{side}"), room) or 0 for side in ("left", "right"))
            if count and used + gap + wide > room + 0.5:
                break
            used += wide + (gap if count else 0)
            count += 1
        return count

    # --- colours

    def colour(self, text, element):
        """Linear red, green, blue and alpha; None where the value can't be read."""
        text = (text or "").strip().lower()
        if text in COLOURS:
            return COLOURS[text]
        if text == "currentcolor":
            return self.colour(self.style(element).get("color", "black"), element)
        if text.startswith("#"):
            digits = text[1:] if len(text) > 5 else "".join(c * 2 for c in text[1:])
            if not re.fullmatch(r"[0-9a-f]{6}([0-9a-f]{2})?", digits):
                return None
            values = [int(digits[i : i + 2], 16) / 255 for i in range(0, len(digits), 2)]
            return (*map(_linear, values[:3]), values[3] if len(values) > 3 else 1.0)
        match = re.fullmatch(r"([a-z-]+)\((.*)\)", text, re.DOTALL)
        return self._function(match[1], match[2], element) if match else None

    def _function(self, name, inner, element):
        if name == "light-dark":
            dark = self.scheme == "dark" and "dark" in self.style(element).get("color-scheme", "")
            dark = dark or self.style(element).get("color-scheme") == "dark"
            return self.colour(split(inner, ",")[1 if dark else 0], element)
        if name == "color-mix":
            return self._mixed(split(inner, ",")[1:], element)
        numbers, _, alpha = inner.replace(",", " ").partition("/")
        parts = numbers.split()
        if name in ("rgb", "rgba", "hsl", "hsla") and len(parts) == 4:
            alpha = parts.pop()
        try:
            values = [float(part.rstrip("%deg")) / (100 if part.endswith("%") else 1) for part in parts]
            opacity = (
                float(alpha.strip().rstrip("%")) / (100 if "%" in alpha else 1) if alpha.strip() else 1.0
            )
            if name in ("rgb", "rgba"):
                scaled = [v if p.endswith("%") else v / 255 for v, p in zip(values, parts, strict=True)]
                return (*map(_linear, scaled), opacity)
            if name in ("hsl", "hsla"):
                return (*map(_linear, _of_hsl(*values)), opacity)
            if name == "oklch":
                lightness, chroma, hue = values
                turn = math.radians(hue)
                return (*_of_oklab(lightness, chroma * math.cos(turn), chroma * math.sin(turn)), opacity)
            if name == "oklab":
                return (*_of_oklab(*values), opacity)
        except (ValueError, TypeError):
            return None
        return None

    def _mixed(self, parts, element):
        found = []
        for part in parts:
            share = re.search(r"\s([\d.]+)%$", part)
            colour = self.colour(part[: share.start()] if share else part, element)
            if colour is None:
                return None
            found.append((colour, float(share[1]) / 100 if share else None))
        (one, first), (other, second) = found
        first = first if first is not None else 1 - second if second is not None else 0.5
        if other[3] == 0 or one[3] == 0:
            seen, share = (one, first) if other[3] == 0 else (other, 1 - first)
            return (*seen[:3], seen[3] * share)
        return tuple(a * first + b * (1 - first) for a, b in zip(one, other, strict=True))

    def ground(self, element):
        """The colour behind the element's text; None where a picture or an unknown value is there."""
        layers = []
        for one in [element, *element.parents]:
            if one.name == "[document]":
                break
            style = self.style(one)
            if style.get("background-image", "none") != "none":
                return None
            colour = self.colour(style.get("background-color", "transparent"), one)
            if colour is None:
                return None
            layers.append(colour)
            if colour[3] >= 1:
                break
        root = self.style(self.soup.find("html")).get("color-scheme", "") if self.soup.find("html") else ""
        is_dark = root == "dark" or (self.scheme == "dark" and "dark" in root)
        seen = (0.006, 0.006, 0.006) if is_dark else (1.0, 1.0, 1.0)
        for colour in reversed(layers):
            seen = tuple(
                new * colour[3] + old * (1 - colour[3]) for new, old in zip(colour[:3], seen, strict=True)
            )
        return seen

    def ink(self, element):
        colour = self.colour(self.style(element).get("color", "black"), element)
        behind = self.ground(element)
        if colour is None or behind is None:
            return None
        return tuple(
            new * colour[3] + old * (1 - colour[3]) for new, old in zip(colour[:3], behind, strict=True)
        )

    def contrast(self, element):
        """Of the element's text, as WCAG counts it; None where a colour can't be read."""
        ink, ground = self.ink(element), self.ground(element)
        if ink is None or ground is None:
            return None
        lighter, darker = sorted((luminance(ink), luminance(ground)), reverse=True)
        return round((lighter + 0.05) / (darker + 0.05), 2)


def luminance(colour):
    red, green, blue = (min(1.0, max(0.0, part)) for part in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _strength(entry):
    (layer, specificity, order), one = entry
    important = bool(one.get("important"))
    return (important, -layer if important else layer, specificity, order)


def _closing(text, opening):
    depth = 0
    for i in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return len(text)


def _specificity(selector):
    plain = re.sub(r"\\.", "x", selector)
    while (at := plain.find(":where(")) >= 0:
        plain = plain[:at] + plain[_closing(plain, at + 6) + 1 :]
    plain = re.sub(r":(is|not|has)\(", " (", plain)
    ids = len(re.findall(r"#[\w-]+", plain))
    classes = len(re.findall(r"\.[\w-]+|\[[^\]]*\]|(?<!:):[\w-]+", plain))
    types = len(re.findall(r"(?:^|[\s>+~(])[a-zA-Z][\w-]*", plain))
    return (ids, classes, types)


def _longhands(name, value):
    """The longhands of the shorthands that matter here; every other property is itself."""
    parts = split(value, " ")
    if name in ("padding", "margin", "inset"):
        four = {1: parts * 4, 2: parts * 2, 3: [*parts, parts[1] if len(parts) > 1 else ""]}.get(
            len(parts), parts
        )
        prefix = "" if name == "inset" else f"{name}-"
        yield from ((f"{prefix}{side}", part) for side, part in zip(SIDES, four, strict=False))
    elif match := re.fullmatch(r"(padding|margin)-(inline|block)(-start|-end)?", name):
        sides = ("left", "right") if match[2] == "inline" else ("top", "bottom")
        if match[3]:
            yield f"{match[1]}-{sides[0 if match[3] == '-start' else 1]}", value
        else:
            yield from ((f"{match[1]}-{side}", part) for side, part in zip(sides, parts * 2, strict=False))
    elif name in ("gap", "grid-gap"):
        yield "row-gap", parts[0]
        yield "column-gap", parts[-1]
    elif name == "flex":
        basis = next((part for part in parts if re.search(r"[a-z%]", part)), "0%" if len(parts) else "auto")
        yield "flex-basis", "auto" if value in ("none", "auto", "initial") else basis
    elif name == "columns":
        yield "column-count", next((part for part in parts if part.isdigit()), "auto")
    elif name == "background":
        image = next((part for part in parts if "gradient(" in part or part.startswith("url(")), "none")
        yield "background-image", image
        yield "background-color", "transparent" if image != "none" or value == "none" else parts[-1]
    elif name == "outline":
        yield "outline-width", next((part for part in parts if re.match(r"[\d.]|calc", part)), "3px")
        yield (
            "outline-style",
            next((part for part in parts if part in ("solid", "dashed", "none", "auto")), "none"),
        )
    else:
        yield name, value


def _tracks(page, value, room, gap):
    count = 0
    for part in split(value, " "):
        if part == "none" or part.startswith("["):
            continue
        match = re.fullmatch(r"repeat\((.*)\)", part, re.DOTALL)
        if not match:
            count += 1
            continue
        times, *rest = split(match[1], ",")
        tracks = split(", ".join(rest), " ")
        if times.isdigit():
            count += int(times) * len(tracks)
            continue
        least = re.match(r"minmax\((.*)\)$", tracks[0], re.DOTALL)
        wide = page.length(split(least[1], ",")[0] if least else tracks[0], room) or room
        count += max(1, int((room + gap + 0.01) // (wide + gap)))
    return count


def _linear(value):
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _of_hsl(hue, saturation, lightness):
    def part(n):
        k = (n + hue / 30) % 12
        return lightness - saturation * min(lightness, 1 - lightness) * max(-1, min(k - 3, 9 - k, 1))

    return part(0), part(8), part(4)


def _of_oklab(lightness, a, b):
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
