"""The parts of a vendor's product: how customers call them, and how much rests on each."""

from __future__ import annotations

from adjudge.findings import did_you_mean
from adjudge.model.lexicon import RANKS
from adjudge.model.policy import ANY_LANGUAGE
from adjudge.reading.folder import lexicon_languages
from adjudge.reading.names import Names, Path

_Ranks = dict[str, dict[str, tuple[str, ...]]]


def read_functions(names: Names) -> _Ranks:
    """Return the names of a document's `functions`: rank, then language, then names.

    Reports a rank or a language that is unknown, what is no name, and a name with two ranks.
    """
    functions: _Ranks = {}
    for rank, by_language in names.doc.functions.items():
        path = ("functions", rank)
        names.check_name("unknown-function", "rank of functions", rank, RANKS, path)
        for language, written in by_language.items():
            place = (*path, language)
            _check_language(names, language, place)
            for index, name in enumerate(written):
                _check_form(names, name, (*place, index))
            functions.setdefault(rank, {})[language] = tuple(written)
    _check_ranks(names, functions)
    return functions


def _check_language(names: Names, language: str, path: Path) -> None:
    known = (*lexicon_languages(), ANY_LANGUAGE)
    if language not in known:
        message = f"no words are read in `{language}`"
        names.report("unknown-language", message, path, did_you_mean(language, known))


def _check_form(names: Names, name: str, path: Path) -> None:
    stem = name.strip().removesuffix("*")
    if not any(char.isalpha() for char in stem):
        names.report("function-name", f"`{name}` names nothing", path, "write a word")
    elif "*" in stem or stem.endswith(" "):
        help = "a `*` ends the last word, and stands for any ending of it"
        names.report("function-name", f"`{name}` has a `*` where it means nothing", path, help)


def _check_ranks(names: Names, functions: _Ranks) -> None:
    """Report names that stand under two ranks in one language: they would decide nothing."""
    found: dict[tuple[str, str], str] = {}
    for language in sorted({each for entry in functions.values() for each in entry}):
        for rank, by_language in functions.items():
            for source in dict.fromkeys((ANY_LANGUAGE, language)):
                for index, name in enumerate(by_language.get(source, ())):
                    other = found.setdefault((language, _same(name)), rank)
                    if other != rank:
                        message = f"`{name}` stands under `{other}` and under `{rank}`"
                        path = ("functions", rank, source, index)
                        names.report("function-twice", message, path, "leave one of them out")


def _same(name: str) -> str:
    """What two spellings of one name have in common: "Log-in" and "log in"."""
    return " ".join(name.lower().replace("-", " ").split())
