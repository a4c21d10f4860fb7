"""Addresses of absences; those of others stand under their own menu item."""

from django.urls import path

from omloop.standins import views

urlpatterns = [
    path("absences/", views.absences, name="absences"),
    path("absences/new/", views.new_absence, name="new_absence"),
    path("absences/<uuid:absence_id>/", views.absence, name="absence"),
    path("absences/<uuid:absence_id>/withdraw/", views.withdraw_absence, name="withdraw_absence"),
    path("absences/others/", views.absences_of_others, name="absences_of_others"),
    path("absences/others/new/", views.choose_person, name="choose_person"),
    path("absences/others/new/<uuid:person_id>/", views.new_absence_of_other, name="new_absence_of_other"),
    path("absences/others/<uuid:absence_id>/", views.absence, name="absence_of_other"),
]
