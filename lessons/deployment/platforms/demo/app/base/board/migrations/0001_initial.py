from django.db import migrations, models

FOUND = [("Blue sock", "Lane 4"), ("Blue sock", "Lane 4"), ("Sock with bears", "Locker 12")]


def fill(apps, schema_editor):
    sock = apps.get_model("board", "Sock")
    sock.objects.bulk_create(sock(name=name, place=place) for name, place in FOUND)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            "Sock",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("place", models.CharField(max_length=40)),
                ("picture", models.FileField(blank=True, upload_to="socks")),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
