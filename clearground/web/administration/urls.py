"""Addresses of administration."""

from django.urls import URLPattern, path

from .views import audit, boundaries, lists, organisations, people, person, places, publication

urlpatterns: list[URLPattern] = [
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="person-add"),
    path("person/<str:login>/", person.person, name="person"),
    path("person/<str:login>/change/", person.change, name="person-change"),
    path("person/<str:login>/roles/", person.roles, name="person-roles"),
    path("person/<str:login>/link/", person.link, name="person-link"),
    path("person/<str:login>/codes/", person.codes, name="person-codes"),
    path("person/<str:login>/leave/", person.leave, name="person-leave"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/add/", organisations.add, name="organisation-add"),
    path("organisation/<path:code>/", organisations.organisation, name="organisation"),
    path("lists/", lists.lists, name="lists"),
    path("lists/<str:kind>/add/", lists.add, name="list-add"),
    path("lists/<str:kind>/<int:number>/", lists.entry, name="list-entry"),
    path("places/", places.places, name="places"),
    path("place/<path:code>/", places.place, name="place"),
    path("boundaries/", boundaries.boundaries, name="boundaries"),
    path("boundaries/upload/", boundaries.upload, name="boundaries-upload"),
    path("boundaries/<int:number>/use/", boundaries.use, name="boundaries-use"),
    path("publication/", publication.publication, name="publication"),
    path("audit/", audit.audit, name="audit"),
    path("audit/subjects/", audit.subjects, name="audit-subjects"),
    path("audit/verify/", audit.verify, name="audit-verify"),
    path("audit/events.csv", audit.download, name="audit-download"),
    path("audit/<int:number>/", audit.event, name="audit-event"),
]
