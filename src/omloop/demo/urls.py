"""The demo's one address."""

from django.urls import path

from omloop.demo import views

urlpatterns = [path("demo/sign-in/<uuid:person_id>/", views.sign_in, name="demo_sign_in")]
