"""Addresses of organisations, and of what a person's session may see of them."""

from django.urls import path

from omloop.organisations import (
    adding_page,
    door_pages,
    group_pages,
    joint_page,
    key_pages,
    network_page,
    sign_in_pages,
    views,
)

ONE = "organisations/<uuid:organisation_id>/"
GROUPS = f"{ONE}groups/"

urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/add/", adding_page.add_organisation, name="add_organisation"),
    path("organisations/add/look-up/", adding_page.look_up_number, name="look_up_number"),
    path("organisations/add/register/", adding_page.ask_register, name="ask_register"),
    path("organisations/joint/", joint_page.joint_company, name="joint_company"),
    path(ONE, views.organisation, name="organisation"),
    path(f"{ONE}settings/", views.organisation_settings, name="organisation_settings"),
    path(f"{ONE}parents/", views.organisation_parents, name="organisation_parents"),
    path(f"{ONE}activation/", network_page.ask_for_activation, name="ask_for_activation"),
    path(f"{ONE}numbers/", network_page.add_number, name="add_number"),
    path(f"{ONE}numbers/<uuid:identifier_id>/remove/", network_page.remove_number, name="remove_number"),
    path(
        f"{ONE}numbers/<uuid:identifier_id>/receiving/",
        network_page.switch_receiving,
        name="switch_receiving",
    ),
    path(f"{ONE}receiving/answer/", network_page.answer_receiving, name="answer_receiving"),
    path(f"{ONE}keys/", key_pages.make_key, name="make_key"),
    path(f"{ONE}keys/<uuid:key_id>/revoke/", key_pages.revoke_key, name="revoke_key"),
    path("doors/", door_pages.doors, name="doors"),
    path("account/sign-in/", sign_in_pages.my_sign_in, name="my_sign_in"),
    path("account/sign-in/<uuid:environment_id>/", sign_in_pages.link_identity, name="link_identity"),
    path(
        "account/sign-in/<uuid:environment_id>/unlink/", sign_in_pages.unlink_identity, name="unlink_identity"
    ),
    path(GROUPS, group_pages.groups, name="groups"),
    path(f"{GROUPS}new/", group_pages.new_group, name="new_group"),
    path(f"{GROUPS}segregation/", group_pages.switch_segregation, name="switch_segregation"),
    path(f"{GROUPS}<uuid:group_id>/", group_pages.group, name="group"),
    path(f"{GROUPS}<uuid:group_id>/end/", group_pages.end_group, name="end_group"),
]
