"""The functions that count documents over the walls, and show nothing of them.

They are the owner's, so they count what no policy shows; the scope is asked inside: no scope, no rows.
"""

from django.db import migrations

RECEIVED = """
CREATE FUNCTION usage_received(environment uuid, first_on date, before date)
RETURNS TABLE (organisation_id uuid, month date, received bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT d.organisation_id, date_trunc('month', d.import_date::timestamp)::date, count(*)
    FROM organisations_organisation o JOIN intake_document d ON d.organisation_id = o.id
    WHERE o.environment_id = environment
      AND environment = ANY (
          string_to_array(nullif(current_setting('app.environment_ids', true), ''), ',')::uuid[])
      AND d.import_date >= first_on AND d.import_date < before
    GROUP BY 1, 2
$$
"""
RECOGNISED = """
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
SENT = """
CREATE FUNCTION usage_sent(environment uuid, first_on date, before date)
RETURNS TABLE (organisation_id uuid, month date, sent bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
AS $$
    SELECT s.organisation_id, date_trunc('month', (s.sent_at AT TIME ZONE o.time_zone))::date, count(*)
    FROM organisations_organisation o JOIN sending_salesinvoice s ON s.organisation_id = o.id
    WHERE o.environment_id = environment
      AND environment = ANY (
          string_to_array(nullif(current_setting('app.environment_ids', true), ''), ',')::uuid[])
      AND (s.sent_at AT TIME ZONE o.time_zone)::date >= first_on
      AND (s.sent_at AT TIME ZONE o.time_zone)::date < before
    GROUP BY 1, 2
$$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("intake", "0001_initial"),
        ("organisations", "0001_initial"),
        ("recognition", "0001_recognition"),
        ("sending", "0001_sending"),
    ]
    operations = [
        migrations.RunSQL(RECEIVED, "DROP FUNCTION usage_received(uuid, date, date)"),
        migrations.RunSQL(RECOGNISED, "DROP FUNCTION usage_recognised(uuid, date, date)"),
        migrations.RunSQL(SENT, "DROP FUNCTION usage_sent(uuid, date, date)"),
    ]
