"""Which language a ticket is written in: said by a column, or told from its words."""

from __future__ import annotations

from adjudge.decide.words import lexicon_extractor
from adjudge.model.language import primary
from adjudge.reading.language import shipped_languages
from adjudge.tickets.ticket import Ticket


def spoken_language(ticket: Ticket, *, words: bool = True) -> str | None:
    """Return the language of a ticket as a two-letter code, None for one without words.

    What a column says counts, also where no texts ship in it. Words are told apart among the
    languages that have a lexicon, unless `words` says that they are not to be read.
    """
    said = primary(ticket.language)
    if said:
        return said
    if not words or not (ticket.subject.strip() or ticket.description.strip()):
        return None
    return lexicon_extractor().language(None, ticket.subject.lower(), ticket.description.lower())


def reply_language(language: str | None, otherwise: str) -> str:
    """Return the language to answer in: the ticket's own where texts of it ship."""
    return language if language in shipped_languages() else otherwise
