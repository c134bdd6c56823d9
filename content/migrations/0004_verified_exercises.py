import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def latest_is_live(apps, schema_editor):
    """Until now a change was live at once: what learners have is each exercise's latest revision."""
    Exercise = apps.get_model("content", "Exercise")
    Exercise.objects.filter(latest_revision__isnull=False).update(
        live_revision_id=models.F("latest_revision_id")
    )


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0003_load_base'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='exercise',
            options={'permissions': [('write_checks', 'Can write the checks of exercises')]},
        ),
        migrations.AddField(
            model_name='exercise',
            name='expire_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='expired',
            field=models.BooleanField(default=False, editable=False, verbose_name='expired'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='first_published_at',
            field=models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='go_live_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='go live date/time'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='has_unpublished_changes',
            field=models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='last_published_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='last published at'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='live',
            field=models.BooleanField(default=True, editable=False, verbose_name='live'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='live_revision',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='locked',
            field=models.BooleanField(default=False, editable=False, verbose_name='locked'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='locked_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='locked at'),
        ),
        migrations.AddField(
            model_name='exercise',
            name='locked_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='locked_%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='locked by'),
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(help_text='Of everything that the grades of the cases depend on', max_length=64)),
                ('then', models.CharField(blank=True, choices=[('', 'nothing'), ('publish', 'publish it'), ('submit', 'submit it for review'), ('approve', 'approve and publish it')], default='', max_length=10)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('passed', 'Passed'), ('failed', 'Failed')], default='queued', max_length=10)),
                ('outcomes', models.JSONField(default=list)),
                ('total', models.PositiveSmallIntegerField(help_text='How many cases there are')),
                ('message', models.TextField(blank=True, help_text='What it waits for, or what became of `then`')),
                ('done_at', models.DateTimeField(help_text='When `then` was done', null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('claim', models.UUIDField(editable=False, null=True)),
                ('claimed_until', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('exercise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verifications', to='content.exercise')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.revision')),
            ],
            options={
                'indexes': [models.Index(fields=['exercise', '-created_at'], name='verification_of_exercise'), models.Index(fields=['digest', 'state'], name='verification_of_digest'), models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['claimed_until'], name='verification_unfinished')],
            },
        ),
        migrations.RunPython(latest_is_live, migrations.RunPython.noop, elidable=True),
    ]
