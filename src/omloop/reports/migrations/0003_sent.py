"""The function that counts sent invoices over the walls, and shows nothing of them."""

from django.db import migrations

CREATE = """
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
"""Of the owner, as `usage_received`, with the scope asked inside."""


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_recognised"), ("sending", "0001_sending")]
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION usage_sent(uuid, date, date)")]
