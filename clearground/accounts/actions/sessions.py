"""Sessions of people: ended."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from ..models import Person


def end_sessions(person: Person) -> int:
    """Wherever the person was signed in, they are out; says from how many sessions."""
    open_ones = Session.objects.filter(expire_date__gte=timezone.now())
    theirs = [each.pk for each in open_ones.iterator() if each.get_decoded().get(SESSION_KEY) == str(person.pk)]
    Session.objects.filter(pk__in=theirs).delete()
    return len(theirs)
