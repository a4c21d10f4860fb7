"""Addresses of relocation."""

from django.urls import path

from omloop.relocation import views

MOVES = "environments/<uuid:environment_id>/moves/"
PLAN = f"{MOVES}<uuid:plan_id>/"

urlpatterns = [
    path(MOVES, views.moves, name="moves"),
    path(f"{MOVES}new/", views.new_move, name="new_move"),
    path(PLAN, views.move, name="move"),
    path(f"{PLAN}people/", views.choose_people, name="choose_people"),
    path(f"{PLAN}ask/", views.ask_consent, name="ask_consent"),
    path(f"{PLAN}answer/", views.answer_move, name="answer_move"),
    path(f"{PLAN}withdraw/", views.withdraw_move, name="withdraw_move"),
    path(f"{PLAN}undo/", views.undo_move, name="undo_move"),
    path(f"{PLAN}manifests/<uuid:mover_id>/", views.move_manifest, name="move_manifest"),
]
