"""Have the PDFs read of invoices that an earlier version took in, so that they are found by their words too."""

from django.db import migrations


def ask(apps, schema_editor):
    """One job an organisation; the worker goes on with it in small steps, when nothing else waits."""
    from procrastinate.contrib.django import app

    for organisation_id in apps.get_model("organisations", "Organisation").objects.values_list("id", flat=True):
        job = app.configure_task("recognition.catch_up", allow_unknown=False, priority=-1)
        job.defer(organisation_id=str(organisation_id))


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0015_words_of_pdfs"),
        ("organisations", "0008_receiving_is_found"),
        ("procrastinate", "0041_post_retry_failed_job"),
        ("recognition", "0001_recognition"),
    ]
    operations = [migrations.RunPython(ask, migrations.RunPython.noop)]
