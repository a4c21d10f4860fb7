"""Addresses of the scheme of an organisation."""

from django.urls import path

from omloop.schemes import editor_pages, under_way, views

ONE = "organisations/<uuid:organisation_id>/scheme/"

urlpatterns = [
    path(ONE, views.scheme, name="scheme"),
    path(f"{ONE}try/", views.try_scheme, name="try_scheme"),
    path(f"{ONE}under-way/", under_way.under_way, name="scheme_under_way"),
    path(f"{ONE}copy/", editor_pages.copy, name="copy_scheme"),
    path(f"{ONE}start/<slug:starter>/", editor_pages.start, name="start_scheme"),
    path(f"{ONE}proposals/<uuid:proposal_id>/dismiss/", editor_pages.dismiss, name="dismiss_proposal"),
    path(f"{ONE}rules/new/", editor_pages.new_rule, name="new_rule"),
    path(f"{ONE}rules/<uuid:rule_id>/", editor_pages.rule, name="rule"),
    path(f"{ONE}rules/<uuid:rule_id>/move/", editor_pages.move, name="move_rule"),
    path(f"{ONE}rules/<uuid:rule_id>/end/", editor_pages.end, name="end_rule"),
]
