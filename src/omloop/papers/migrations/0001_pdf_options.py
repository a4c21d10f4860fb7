import django.db.models.deletion
import omloop.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PdfLook',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('colour', models.CharField(max_length=7)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveIntegerField(default=0)),
                ('set_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='pdflook_of_one_organisation')],
            },
        ),
        migrations.CreateModel(
            name='PdfOption',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('direction', models.TextField(choices=[('receiving', 'Receiving'), ('sending', 'Sending')])),
                ('generate', models.TextField(choices=[('always', 'Always'), ('never', 'Never'), ('when_missing', 'When Missing')])),
                ('merge', models.BooleanField()),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'id'), name='pdfoption_of_one_organisation'), models.UniqueConstraint(fields=('organisation', 'direction'), name='organisation_has_one_pdf_option_a_direction'), models.CheckConstraint(condition=models.Q(('direction__in', ['receiving', 'sending'])), name='pdf_direction_is_known'), models.CheckConstraint(condition=models.Q(('generate__in', ['always', 'never', 'when_missing'])), name='pdf_generate_is_known')],
            },
        ),
    ]
