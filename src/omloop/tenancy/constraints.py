"""A foreign key that stays inside one organisation, kept by the database (architecture 2)."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement


class SameOrganisation(models.BaseConstraint):
    """`FOREIGN KEY (organisation_id, <field>_id)` to the other table's `(organisation_id, id)`.

    Checks of plain foreign keys skip row-level security, so a plain one would accept a row of another
    organisation. With `follows` the named columns are part of the key and change along with the row
    that they point to (`confidential`). Use it beside `ForeignKey(db_constraint=False)`.
    """

    def __init__(self, *, field: str, name: str, follows: tuple[str, ...] = ()) -> None:
        super().__init__(name=name)
        self.field = field
        self.follows = tuple(follows)

    # The stubs promise text where Django itself takes statements, and None for "nothing to do here".
    def constraint_sql(  # type: ignore[override]
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> None:
        """With a new table it is added when the migration ends: only then the unique constraint that it needs
        is there for sure."""
        if model is not None and schema_editor is not None:
            schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(  # type: ignore[override]
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Statement | None:
        """Added to a table that there is."""
        if model is None or schema_editor is None:
            return None
        quote = schema_editor.quote_name
        field = model._meta.get_field(self.field)
        assert isinstance(field, models.ForeignKey)  # noqa: S101 - anything else is a mistake in the model
        other = field.remote_field.model._meta.db_table
        own = ", ".join(map(quote, ["organisation_id", field.column, *self.follows]))
        theirs = ", ".join(map(quote, ["organisation_id", "id", *self.follows]))
        update = " ON UPDATE CASCADE" if self.follows else ""
        return Statement(
            f"ALTER TABLE %(table)s ADD CONSTRAINT %(name)s FOREIGN KEY ({own}) "
            f"REFERENCES {quote(other)} ({theirs}){update} DEFERRABLE INITIALLY DEFERRED",
            table=quote(model._meta.db_table),
            name=quote(self.name),
        )

    def remove_sql(  # type: ignore[override]
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Statement | None:
        if model is None or schema_editor is None:
            return None
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=schema_editor.quote_name(model._meta.db_table),
            name=schema_editor.quote_name(self.name),
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database decides, at commit."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SameOrganisation):
            return NotImplemented
        return (self.name, self.field, self.follows) == (other.name, other.field, other.follows)

    def __hash__(self) -> int:
        return hash((self.name, self.field, self.follows))

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs["field"] = self.field
        if self.follows:
            kwargs["follows"] = self.follows
        return path, args, kwargs
