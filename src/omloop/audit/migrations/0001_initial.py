import omloop.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditChain',
            fields=[
                ('chain_id', models.UUIDField(primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(default=0)),
                ('hash', models.BinaryField(default=b'\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', max_length=32)),
            ],
            options={
                'db_table': 'audit_chain',
            },
        ),
        migrations.CreateModel(
            name='AuditUnsealed',
            fields=[
                ('event_id', models.UUIDField(primary_key=True, serialize=False)),
                ('chain_id', models.UUIDField(db_index=True)),
            ],
            options={
                'db_table': 'audit_unsealed',
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('chain_id', models.UUIDField()),
                ('name', models.TextField()),
                ('at', models.DateTimeField()),
                ('actor', models.TextField()),
                ('person_id', models.UUIDField(null=True)),
                ('for_person_id', models.UUIDField(null=True)),
                ('subject_id', models.UUIDField(null=True)),
                ('origin', models.TextField(default='')),
                ('detail', models.JSONField(default=dict)),
            ],
            options={
                'db_table': 'audit_event',
                'indexes': [models.Index(fields=['chain_id', 'id'], name='audit_event_of_chain'), models.Index(fields=['chain_id', 'subject_id', 'at'], name='audit_event_about')],
            },
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('event_id', models.UUIDField(primary_key=True, serialize=False)),
                ('chain_id', models.UUIDField()),
                ('number', models.BigIntegerField()),
                ('hash', models.BinaryField(max_length=32)),
            ],
            options={
                'db_table': 'audit_seal',
                'constraints': [models.UniqueConstraint(fields=('chain_id', 'number'), name='audit_seals_have_no_double')],
            },
        ),
        migrations.CreateModel(
            name='AuditSignature',
            fields=[
                ('id', models.UUIDField(default=omloop.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('chain_id', models.UUIDField()),
                ('number', models.BigIntegerField()),
                ('hash', models.BinaryField(max_length=32)),
                ('signed_at', models.DateTimeField()),
                ('public_key', models.BinaryField(max_length=32)),
                ('signature', models.BinaryField(max_length=64)),
            ],
            options={
                'db_table': 'audit_signature',
                'indexes': [models.Index(fields=['chain_id', 'number'], name='audit_signature_of_chain')],
            },
        ),
    ]
