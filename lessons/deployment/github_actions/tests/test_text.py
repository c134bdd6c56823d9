"""What the text says of Django, tried where a step runs."""

from lessons.deployment.github_actions.tests.test_runs import CHECKED_OUT, carry_out, conclusion, lines

NEW_FIELD = """from django.db import models


class Reading(models.Model):
    at = models.DateTimeField()
    centimetres = models.IntegerField()
    gauge = models.CharField(max_length=20, default="")
"""


def steps(*commands):
    return CHECKED_OUT + "".join(f"      - run: {command}\n" for command in commands)


async def test_deployment_checks_are_green_with_warnings(visit, here):
    told = await carry_out(visit("github_actions"), steps("python manage.py check --deploy"))
    warnings = [line for line in lines(told) if line.startswith("?: (security.W")]
    assert (len(warnings), conclusion(told)) == (5, "success")


async def test_fail_level_makes_warnings_fail(visit, here):
    told = await carry_out(
        visit("github_actions"), steps("python manage.py check --deploy --fail-level WARNING")
    )
    assert conclusion(told) == "failure"
    assert "Error: Process completed with exit code 1." in lines(told)


async def test_a_forgotten_migration_is_found_by_makemigrations(visit, here):
    commands = steps("python manage.py makemigrations --check --dry-run")
    told = await carry_out(visit("github_actions"), commands, models=NEW_FIELD)
    assert conclusion(told) == "failure"
    assert "Error: Process completed with exit code 1." in lines(told)


async def test_tests_pass_until_a_query_asks_for_the_column(visit, here):
    told = await carry_out(
        visit("github_actions"), steps("python manage.py test tides.tests.LevelTests"), models=NEW_FIELD
    )
    assert conclusion(told) == "success"
    told = await carry_out(visit("github_actions"), steps("python manage.py test"), models=NEW_FIELD)
    assert any("no column named gauge" in line for line in lines(told))


async def test_what_python_c_prints_with_spaces_is_no_secret_to_the_mask(visit, here):
    text = steps("python -c \"import os; print(*os.environ['TIDES_API_KEY'])\"") + (
        "        env:\n          TIDES_API_KEY: ${{ secrets.TIDES_API_KEY }}\n"
    )
    told = await carry_out(visit("github_actions"), text)
    assert any(line.startswith("t i d e s _ ") for line in lines(told))
