"""What the lesson's text says of Django and of SQLite, tried."""

from __future__ import annotations

import sqlite3
import warnings

import pytest
from django.conf import global_settings
from django.contrib.auth.models import User
from django.core.exceptions import FieldError
from django.db import OperationalError, ProgrammingError, connection
from django.http import QueryDict
from django.template import Context, Template
from django.utils.deprecation import RemovedInDjango60Warning
from django.utils.html import conditional_escape, format_html, json_script
from django.utils.safestring import SafeString, mark_safe

from lessons.security.xss_sql_injection.demo.models import Book
from lessons.security.xss_sql_injection.demo.policies import WALLS


@pytest.fixture
def world(visit):
    with visit("xss_sql_injection").world() as entered:
        yield entered


def render(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


def test_five_characters_are_replaced_unless_it_is_marked():
    assert conditional_escape("&<>\"'`=") == "&amp;&lt;&gt;&quot;&#x27;`="
    assert conditional_escape(mark_safe("<b>")) == "<b>"  # noqa: S308
    marked = mark_safe("<script>")  # noqa: S308
    assert isinstance(marked, SafeString) and marked == "<script>" and hasattr(marked, "__html__")
    assert render("{{ value }}", value="O'Brien") == "O&#x27;Brien"


def test_escaping_leaves_an_address_and_an_unquoted_attribute_alone():
    assert conditional_escape("javascript:void(alert(1))") == "javascript:void(alert(1))"
    assert render("<input value={{ q }}>", q="x onfocus=alert(1)") == "<input value=x onfocus=alert(1)>"


def test_json_script_hides_three_characters():
    assert "\\u003C/script\\u003E \\u0026" in json_script("</script> &", "x")


def test_format_html_without_arguments_is_deprecated_and_escapes_nothing():
    author = "<b>"
    with pytest.warns(RemovedInDjango60Warning):
        assert format_html(f"<i>{author}</i>") == "<i><b></i>"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert format_html("<i>{}</i>", author) == "<i>&lt;b&gt;</i>"


def test_icontains_escapes_wildcards(world):
    sql, params = Book.objects.filter(title__icontains="50%_\\").query.sql_with_params()
    assert "LIKE %s ESCAPE '\\'" in sql and params == ("%50\\%\\_\\\\%",)


def test_a_parameter_is_no_column(world):
    with connection.cursor() as cursor:
        cursor.execute("SELECT title FROM xss_sql_injection_book ORDER BY %s", ["price"])
        as_parameter = cursor.fetchall()
        cursor.execute("SELECT title FROM xss_sql_injection_book ORDER BY rowid")
        assert as_parameter == cursor.fetchall()


def test_quotes_around_a_placeholder_leave_no_place_for_the_value(world):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="number of bindings"):
        cursor.execute("SELECT 1 WHERE 'a' LIKE '%%%s%%'", ["a"])


def test_the_orm_orders_by_every_field_and_by_no_sql(world):
    assert "password" in str(User.objects.order_by("password").query)
    with pytest.raises(FieldError):
        Book.objects.order_by("CASE WHEN 1 THEN title END")


def test_a_filter_from_the_address_asks_for_the_password(world):
    address = QueryDict("password__startswith=pbkdf2")
    query = str(User.objects.filter(**address.dict()).query)
    assert '"auth_user"."password" LIKE pbkdf2%' in query


def test_sqlite_takes_one_statement_a_call(world):
    with connection.cursor() as cursor, pytest.raises((ProgrammingError, sqlite3.Warning)):
        cursor.execute("SELECT 1; SELECT 2")
    with connection.cursor() as cursor, pytest.raises(OperationalError, match="syntax error"):
        cursor.execute("SELECT 1 WHERE 'x' LIKE '%O'Brien%'")


def test_defaults_that_the_text_names():
    assert global_settings.SESSION_COOKIE_HTTPONLY and not global_settings.CSRF_COOKIE_HTTPONLY
    assert global_settings.SECURE_CONTENT_TYPE_NOSNIFF
    assert not any("csp" in name.lower() for name in vars(global_settings))


def test_psycopg_fills_in_values_itself_and_takes_several_statements():
    from django.db.backends.postgresql.base import Cursor
    from psycopg import ClientCursor

    assert issubclass(Cursor, ClientCursor)


def test_only_the_strict_wall_says_where_forms_go():
    assert ["form-action" in policy for policy in WALLS.values()] == [False, False, True]
