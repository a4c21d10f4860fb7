"""Addresses of absences; those of others stand under their own menu item."""

from django.urls import path

from omloop.standins import defaults_page, lending_page, open_page, views

urlpatterns = [
    path("absences/", views.absences, name="absences"),
    path("absences/new/", views.new_absence, name="new_absence"),
    path("absences/<uuid:absence_id>/", views.absence, name="absence"),
    path("absences/<uuid:absence_id>/withdraw/", views.withdraw_absence, name="withdraw_absence"),
    path("absences/<uuid:absence_id>/open/", open_page.open_before_absence, name="open_before_absence"),
    path("absences/<uuid:absence_id>/still-away/", views.still_away, name="still_away"),
    path("absences/defaults/", defaults_page.absence_defaults, name="absence_defaults"),
    path(
        "absences/defaults/<uuid:organisation_id>/",
        defaults_page.set_absence_defaults,
        name="set_absence_defaults",
    ),
    path("absences/lent-rights/", lending_page.lent_rights, name="lent_rights"),
    path("absences/lent-rights/<uuid:lent_id>/", lending_page.answer_lending, name="answer_lending"),
    path("absences/others/", views.absences_of_others, name="absences_of_others"),
    path("absences/others/new/", views.choose_person, name="choose_person"),
    path("absences/others/new/<uuid:person_id>/", views.new_absence_of_other, name="new_absence_of_other"),
    path("absences/others/<uuid:absence_id>/", views.absence, name="absence_of_other"),
]
