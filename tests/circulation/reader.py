"""Looking at pages as a person does: signed in, in a language, reading the words."""

import html
import re
from datetime import datetime

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone, translation

from omloop.people.models import Person
from omloop.web import words


def signed_in(person: Person, language: str = "en") -> Client:
    """The browser of somebody who is signed in."""
    Person.objects.filter(id=person.id).update(language=language)
    client = Client()
    client.force_login(person)
    return client


def said(response: HttpResponse) -> str:
    """The words of a page, without tags and with single spaces."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(text)).replace(" ,", ",").replace(" .", ".")


def moment(at: datetime) -> str:
    """An instant as an English page says it today: in another year, with its year."""
    with translation.override("en"):
        return words.moment(timezone.localtime(at), timezone.localdate())


def rows(response: HttpResponse) -> list[str]:
    """The suppliers' links of the worklist, in order."""
    return re.findall(r'<a class="title" href="([^"]*)"', response.content.decode())


def link(response: HttpResponse, words: str) -> str:
    """Where the link leads that has these words in it, or as its label."""
    for attributes, inside in re.findall(r"<a ([^>]*)>(.*?)</a>", response.content.decode(), re.DOTALL):
        if words in f"{attributes} {inside}":
            return html.unescape(re.search(r'href="([^"]*)"', attributes).group(1))  # type: ignore[union-attr]
    raise AssertionError(f"no link has the words {words}")


def hidden(response: HttpResponse, name: str, form: str = "") -> str:
    """What the first form in the page's own part, or the one with this id, sends along under a name."""
    own = response.content.decode().partition(f'<form id="{form}"' if form else "<main")[2]
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', own)
    assert found, f"no form sends {name}"
    return html.unescape(found.group(1))
