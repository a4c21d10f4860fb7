"""The directory leads from an address to who receives on it: also from those that were switched on before."""

from django.db import migrations

ENTER = """
INSERT INTO tenancy_directory (kind, key, organisation_id)
SELECT 'receives', sha256(convert_to(i.scheme || ':' || i.number, 'UTF8')), r.organisation_id
FROM organisations_receiving r JOIN organisations_identifier i ON i.id = r.identifier_id
WHERE upper_inf(r.valid)
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0007_index_of_organisation"), ("tenancy", "0001_initial")]
    operations = [migrations.RunSQL(ENTER, "DELETE FROM tenancy_directory WHERE kind = 'receives'")]
