from django.db import migrations

AUTHORS = [
    "wagtailadmin.access_admin",
    "content.add_exercise",
    "content.change_exercise",
    "content.view_exercise",
    "content.write_checks",
    "discussion.moderate",
    "wagtailcore.add_page",
    "wagtailcore.change_page",
    "wagtailimages.add_image",
    "wagtailimages.change_image",
    "wagtailimages.choose_image",
]
REVIEWERS = [
    *AUTHORS,
    "content.publish_exercise",
    "content.lock_exercise",
    "content.unlock_exercise",
    "wagtailcore.publish_page",
    "wagtailcore.lock_page",
    "wagtailcore.unlock_page",
]
TEACHERS = ["classes.teach", "discussion.moderate"]
# What these groups were given when they were made. Some of it an administrator may have taken away since. What
# roles have beyond it, the next `manage.py roles` gives.
GIVEN = {
    "Authors": AUTHORS,
    "Reviewers": REVIEWERS,
    "Teachers": TEACHERS,
    "Administrators": [*REVIEWERS, "classes.teach", "classes.see_everybody", "content.change_loadrecord"],
}


def remember_what_was_given(apps, schema_editor):
    """Groups of roles that are there have had their permissions: what was taken away must not come back."""
    Group = apps.get_model("auth", "Group")
    GivenPermission = apps.get_model("accounts", "GivenPermission")
    GivenPermission.objects.bulk_create(
        [
            GivenPermission(group=group, permission=permission)
            for group in Group.objects.filter(name__in=GIVEN)
            for permission in GIVEN[group.name]
        ],
        ignore_conflicts=True,
    )


def raise_to_staff(apps, schema_editor):
    """Whoever was in a role's group before staff status went with it is given it."""
    User = apps.get_model("accounts", "User")
    User.objects.filter(groups__name__in=[*GIVEN, "Instructors"], is_staff=False).update(is_staff=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_given_permissions")]

    operations = [
        migrations.RunPython(remember_what_was_given, migrations.RunPython.noop),
        migrations.RunPython(raise_to_staff, migrations.RunPython.noop),
    ]
