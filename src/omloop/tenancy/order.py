"""In which order the tables of organisations point to each other, by their models."""

from collections.abc import Collection, Iterator
from graphlib import TopologicalSorter

from django.db import models


def parents_first(own: Collection[type[models.Model]]) -> Iterator[type[models.Model]]:
    """These models, each after those to which it points."""
    graph = {model: {key.remote_field.model for key in keys_of(model)} & set(own) for model in own}
    yield from TopologicalSorter(graph).static_order()


def keys_of(model: type[models.Model]) -> Iterator["models.ForeignKey[models.Model, models.Model]"]:
    """Its keys to other tables, and not those to itself."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.remote_field.model is not model:
            yield field
