from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='TenancyDirectory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('key', models.BinaryField(max_length=32)),
                ('organisation_id', models.UUIDField(null=True)),
                ('environment_id', models.UUIDField(null=True)),
            ],
            options={
                'db_table': 'tenancy_directory',
                'constraints': [models.UniqueConstraint(fields=('kind', 'key', 'organisation_id', 'environment_id'), name='directory_names_a_place_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('organisation_id__isnull', False), ('environment_id__isnull', False), _connector='OR'), name='directory_points_somewhere')],
            },
        ),
        migrations.CreateModel(
            name='TenancyStandstill',
            fields=[
                ('organisation_id', models.UUIDField(primary_key=True, serialize=False)),
                ('reason', models.TextField(choices=[('arriving', 'Arriving'), ('leaving', 'Leaving'), ('gone', 'Gone'), ('closed', 'Closed')])),
            ],
            options={
                'db_table': 'tenancy_standstill',
                'constraints': [models.CheckConstraint(condition=models.Q(('reason__in', ['arriving', 'leaving', 'gone', 'closed'])), name='standstill_has_a_known_reason')],
            },
        ),
    ]
