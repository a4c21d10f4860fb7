"""The function that counts recognised documents over the walls, and shows nothing of them."""

from django.db import migrations

CREATE = """
CREATE FUNCTION usage_recognised(environment uuid, first_on date, before date)
RETURNS TABLE (organisation_id uuid, month date, recognised bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT d.organisation_id, date_trunc('month', d.import_date::timestamp)::date, count(*)
    FROM organisations_organisation o
    JOIN recognition_recognition r ON r.organisation_id = o.id
    JOIN intake_document d ON d.organisation_id = o.id AND d.id = r.document_id
    WHERE o.environment_id = environment
      AND environment = ANY (
          string_to_array(nullif(current_setting('app.environment_ids', true), ''), ',')::uuid[])
      AND d.import_date >= first_on AND d.import_date < before
    GROUP BY 1, 2
$$
"""
"""Of the owner, so it counts what no policy shows; the scope is asked inside: no scope, no rows."""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_usage"), ("recognition", "0001_recognition")]
    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION usage_recognised(uuid, date, date)"),
    ]
