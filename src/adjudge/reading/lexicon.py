"""Reads `rules/lexicon/*.yaml`, and keeps what was read for the next run."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import replace
from pathlib import Path

from adjudge import cache
from adjudge.findings import InputError
from adjudge.model.lexicon import Lexicon
from adjudge.reading import kept
from adjudge.reading.folder import rules_folder
from adjudge.reading.lexicon_document import LexiconDocument
from adjudge.reading.nodes import parse, read_text
from adjudge.source import Source


@functools.cache
def load_lexicons() -> dict[str, Lexicon]:
    """Return the lexicons that ship, by language; raise `InputError` with every problem.

    Their phrases are multiplied out when they are first asked for, and raise then.
    """
    paths = sorted((rules_folder() / "lexicon").glob("*.yaml"))
    sources = (Source(str(path), read_text(path)) for path in paths)
    return {lexicon.language: lexicon for lexicon in map(_kept, sources)}


def read_lexicon(source: Source) -> Lexicon:
    """Turn the text of a lexicon into a `Lexicon`; raise `InputError` with every problem."""
    lexicon = _read(source)
    len(lexicon.phrases)
    return lexicon


def _kept(source: Source) -> Lexicon:
    """Return a lexicon as it was kept, or else as it is read now."""
    key = cache.key_of([source.text.encode(), cache.own_code("reading", "model")])
    name = f"words-{Path(source.name).stem}"
    data = cache.load(name, key)
    if data is not None:
        return kept.from_bytes(data, kept.Later(lambda: _read(source).phrases))
    lexicon = _read(source)
    cache.store(name, key, kept.to_bytes(lexicon))
    return lexicon


def _read(source: Source) -> Lexicon:
    roots, findings = parse(source)
    if len(roots) != 1 and not findings:
        raise InputError.of("lexicon-documents", "a lexicon is one document", where=source.name)
    if not roots:
        raise InputError(findings)
    lexicon = LexiconDocument(findings).lexicon(roots[0])
    if findings:
        len(lexicon.phrases)  # so that the problems of phrases are shown with them
    return replace(lexicon, digest=hashlib.sha256(source.text.encode()).hexdigest())
