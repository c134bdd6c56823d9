from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0005_source_references")]

    operations = [
        migrations.AddIndex(
            model_name="exercise",
            index=models.Index(fields=["updated_at"], name="exercise_updated_at"),
        )
    ]
