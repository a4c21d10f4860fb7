"""Addresses of relocation."""

from django.urls import path

from omloop.relocation.between import arrivals_page, leaving_page
from omloop.relocation.ending import page as ending_page
from omloop.relocation.moves import views
from omloop.relocation.rights import person_views
from omloop.relocation.rights import views as rights_views
from omloop.relocation.split import views as split_views

RIGHTS = "environments/<uuid:environment_id>/rights/"
SPLIT = "environments/<uuid:environment_id>/split/"
MOVES = "environments/<uuid:environment_id>/moves/"
PLAN = f"{MOVES}<uuid:plan_id>/"
ENDING = "organisations/<uuid:organisation_id>/ending/"

urlpatterns = [
    path("rights/", rights_views.rights, name="rights"),
    path(RIGHTS, rights_views.rights_matrix, name="rights_matrix"),
    path(f"{RIGHTS}save/", rights_views.save_rights, name="save_rights"),
    path(f"{RIGHTS}answer/", rights_views.answer_rights, name="answer_rights"),
    path(f"{RIGHTS}saved/<uuid:draft_id>/", rights_views.saved_rights, name="saved_rights"),
    path(f"{RIGHTS}<uuid:person_id>/role/", rights_views.rights_role, name="rights_role"),
    path(f"{RIGHTS}<uuid:person_id>/<uuid:organisation_id>/", rights_views.rights_cell, name="rights_cell"),
    path(SPLIT, split_views.split, name="split"),
    path(f"{SPLIT}choice/", split_views.split_choice, name="split_choice"),
    path(f"{SPLIT}check/", split_views.split_check, name="split_check"),
    path("people/<uuid:person_id>/", person_views.person, name="person"),
    path("people/<uuid:person_id>/state/", person_views.person_state, name="person_state"),
    path("people/<uuid:person_id>/accounts/", person_views.person_accounts, name="person_accounts"),
    path(MOVES, views.moves, name="moves"),
    path(f"{MOVES}new/", views.new_move, name="new_move"),
    path(PLAN, views.move, name="move"),
    path(f"{PLAN}people/", views.choose_people, name="choose_people"),
    path(f"{PLAN}ask/", views.ask_consent, name="ask_consent"),
    path(f"{PLAN}answer/", views.answer_move, name="answer_move"),
    path(f"{PLAN}withdraw/", views.withdraw_move, name="withdraw_move"),
    path(f"{PLAN}undo/", views.undo_move, name="undo_move"),
    path(f"{PLAN}manifests/<uuid:mover_id>/", views.move_manifest, name="move_manifest"),
    path("organisations/<uuid:organisation_id>/leaving/", leaving_page.leaving, name="leaving"),
    path(
        "organisations/<uuid:organisation_id>/leaving/withdraw/",
        leaving_page.withdraw_leaving,
        name="withdraw_leaving",
    ),
    path(ENDING, ending_page.ending, name="ending"),
    path(f"{ENDING}ask/", ending_page.ask, name="ask_ending"),
    path(f"{ENDING}<uuid:ending_id>/answer/", ending_page.answer, name="answer_ending"),
    path(f"{ENDING}<uuid:ending_id>/export/", ending_page.export, name="ending_export"),
    path(f"{ENDING}<uuid:ending_id>/certificate/", ending_page.certificate, name="ending_certificate"),
    path(f"{ENDING}late/<uuid:late_id>/", ending_page.late, name="add_late"),
    path("arrivals/", arrivals_page.arrivals, name="arrivals"),
    path("arrivals/<uuid:placeholder_id>/", arrivals_page.answer_arrival, name="answer_arrival"),
]
