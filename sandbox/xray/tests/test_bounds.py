"""Strings are cut, lists are cut, and what JSON does not know becomes text."""

import json
import math
from datetime import date
from decimal import Decimal

import pytest

from sandbox.xray.bounds import MASK, clip, jsonable, masked_body
from sandbox.xray.sql import literal, readable


class Broken:
    def __str__(self) -> str:
        raise RuntimeError


def test_long_strings_say_how_much_is_gone():
    assert clip("a" * 10_000) == "a" * 10_000
    assert clip("a" * 12_345) == "a" * 10_000 + "… (2,345 more characters)"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2026, 1, 2), "2026-01-02"),
        (Decimal("1.50"), "1.50"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        ({1: (2, {3})}, {"1": [2, [3]]}),
        (b"x", "b'x'"),
        (Broken(), "<Broken: RuntimeError in __str__>"),
        (True, True),
    ],
)
def test_what_json_does_not_know(value, expected):
    assert jsonable(value) == expected
    json.dumps(jsonable(value), allow_nan=False)


def test_depth_and_width_are_bounded():
    loop: list = []
    loop.append(loop)

    assert len(json.dumps(jsonable(loop))) < 100
    assert len(jsonable(list(range(1_000)))) == 200


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"user": {"Password": "x"}}', {"user": {"Password": MASK}}),
        ('[{"new_password1": "x", "a": 1}]', [{"new_password1": MASK, "a": 1}]),
    ],
)
def test_passwords_in_json_are_masked_at_any_depth(body, expected):
    assert json.loads(masked_body(body)) == expected


@pytest.mark.parametrize("body", ["not json", '{"a":   1}', "[" * 5_000])
def test_other_bodies_stay_as_they_came(body):
    assert masked_body(body) == body


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "NULL"),
        (True, "TRUE"),
        (7, "7"),
        (Decimal("1.5"), "1.5"),
        ("it's", "'it''s'"),
        (b"\xff", "X'ff'"),
    ],
)
def test_literals(value, expected):
    assert literal(value) == expected


@pytest.mark.parametrize(
    ("sql", "params", "expected"),
    [
        ("a = %s AND b LIKE '5%%'", [1], "a = 1 AND b LIKE '5%'"),
        ("a = %(x)s", {"x": "y"}, "a = 'y'"),
        ("SELECT '5%'", None, "SELECT '5%'"),
        ("a = %s", [1, 2], "a = %s -- parameters: [1, 2]"),
    ],
)
def test_sql_with_its_parameters(sql, params, expected):
    assert readable(sql, params) == expected


def test_many_parameters_are_counted():
    assert readable("IN (…)", list(range(501))) == "IN (…) -- 501 parameters"
    assert readable("INSERT", [(1,), (2,)], many=True) == "INSERT -- executed with 2 sets of parameters"
