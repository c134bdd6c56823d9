from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("board", "0002_sock_colour")]
    operations = [
        migrations.AddConstraint(
            "sock", models.UniqueConstraint(fields=["name", "place"], name="no_sock_twice")
        ),
    ]
