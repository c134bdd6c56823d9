from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("board", "0001_initial")]
    operations = [
        migrations.AddField("sock", "colour", models.CharField(default="grey", max_length=20)),
    ]
