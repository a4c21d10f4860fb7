"""Addresses of coming in, of an environment and of its people."""

from django.urls import path

from omloop.joining import (
    authorisations_page,
    entrance,
    environment_page,
    invitation_page,
    partners_page,
    people_page,
    settings_page,
)

ENVIRONMENT = "environments/<uuid:environment_id>/"

urlpatterns = [
    path("account/signup/", entrance.register, name="account_signup"),
    path("account/signup/<str:token>/", entrance.finish_registration, name="finish_registration"),
    path("welcome/", entrance.welcome, name="welcome"),
    path("welcome/environment/", entrance.make_environment, name="make_environment"),
    path("welcome/ask/", entrance.ask, name="ask_to_join"),
    path("welcome/requests/<uuid:request_id>/", entrance.withdraw_my_request, name="withdraw_my_request"),
    path("invitations/<str:token>/", invitation_page.invitation, name="invitation"),
    path("environments/", environment_page.environment, name="environment"),
    path(ENVIRONMENT, environment_page.environment_page, name="environment_page"),
    path(f"{ENVIRONMENT}name/", environment_page.rename_environment, name="rename_environment"),
    path(f"{ENVIRONMENT}joining/", environment_page.set_joining, name="set_joining"),
    path(f"{ENVIRONMENT}domains/", environment_page.add_domain, name="add_domain"),
    path(f"{ENVIRONMENT}domains/<uuid:domain_id>/", environment_page.remove_domain, name="remove_domain"),
    path(f"{ENVIRONMENT}requests/<uuid:request_id>/", environment_page.answer, name="answer_request"),
    path(f"{ENVIRONMENT}people/<uuid:person_id>/", people_page.role, name="environment_role"),
    path(f"{ENVIRONMENT}people/<uuid:person_id>/end/", people_page.end, name="end_role"),
    path(f"{ENVIRONMENT}partners/", partners_page.partners, name="partners"),
    path(f"{ENVIRONMENT}partners/code/", partners_page.renew_partner_code, name="renew_partner_code"),
    path(f"{ENVIRONMENT}partners/ask/", partners_page.ask, name="ask_partner"),
    path(f"{ENVIRONMENT}partners/<uuid:partnership_id>/", partners_page.answer, name="answer_partner"),
    path(f"{ENVIRONMENT}partners/<uuid:partnership_id>/end/", partners_page.end, name="end_partnership"),
    path("authorisations/", authorisations_page.authorisations, name="authorisations"),
    path(
        "authorisations/<uuid:authorisation_id>/withdraw/",
        authorisations_page.withdraw,
        name="withdraw_authorisation",
    ),
    path(
        "people/authorisations/<uuid:authorisation_id>/",
        authorisations_page.answer,
        name="answer_authorisation",
    ),
    path("people/", people_page.people, name="people"),
    path("people/invite/", people_page.new_invitation, name="invite"),
    path(
        "people/invitations/<uuid:invitation_id>/withdraw/", people_page.withdraw, name="withdraw_invitation"
    ),
    path("people/invitations/<uuid:invitation_id>/again/", people_page.send_again, name="invite_again"),
    path("settings/", settings_page.my_settings, name="my_settings"),
]
