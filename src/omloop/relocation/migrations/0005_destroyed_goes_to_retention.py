"""What stays of what went is kept by the room `retention`, for an organisation at work has such a list too.

The rows stay as they are; the year through which something was kept becomes a day.
"""

from django.db import migrations, models

AS_DAY = "UPDATE relocation_destroyed SET kept_until = make_date(kept_through, 12, 31)"


class Migration(migrations.Migration):
    dependencies = [("relocation", "0004_index_of_organisation")]

    operations = [
        migrations.RemoveConstraint("destroyed", "destroyed_in_one_organisation"),
        migrations.AlterField("destroyed", "ending", models.UUIDField()),
        migrations.RenameField("destroyed", "ending", "decision_id"),
        migrations.AddField("destroyed", "kept_until", models.DateField(null=True)),
        migrations.RunSQL(AS_DAY, migrations.RunSQL.noop),
        migrations.AlterField("destroyed", "kept_until", models.DateField()),
        migrations.RemoveField("destroyed", "kept_through"),
        migrations.AddField("destroyed", "confidential", models.BooleanField(default=False)),
        migrations.AddField("destroyed", "kind", models.TextField(default="document")),
        migrations.AlterModelTable("destroyed", "retention_destroyed"),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Destroyed")]),
    ]
