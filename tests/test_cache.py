"""What is kept between runs: sound, or not used."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from adjudge import cache
from adjudge.evidence import language
from adjudge.evidence.compile import Compiled, compile_phrases, compiled_phrases
from adjudge.evidence.openings import Openings
from adjudge.evidence.sequences import Sequences
from adjudge.evidence.tokens import Tokenizer
from adjudge.model.lexicon import Lexicon, Meaning, Opening, Sequence
from adjudge.reading import kept
from adjudge.reading.lexicon import load_lexicons

KEY = cache.key_of([b"what", b"it is made of"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_is_stored_is_loaded(folder: Path) -> None:
    assert cache.load("name", KEY) is None
    cache.store("name", KEY, b"data" * 1000)
    assert cache.load("name", KEY) == b"data" * 1000
    assert cache.load("other", KEY) is None
    assert cache.load("name", cache.key_of([b"what it", b" is made of"])) is None
    assert [path.name.split("-")[0] for path in folder.iterdir()] == ["name"]


@pytest.mark.parametrize("change", ["cut", "flip", "empty", "other key"])
def test_a_damaged_entry_is_not_used(folder: Path, change: str) -> None:
    cache.store("name", KEY, bytes(range(256)) * 50)
    (entry,) = folder.iterdir()
    data = bytearray(entry.read_bytes())
    for place in range(0, len(data), 7):
        if change == "flip":
            damaged = bytes(data[:place]) + bytes([data[place] ^ 1]) + bytes(data[place + 1 :])
        elif change == "cut":
            damaged = bytes(data[:place])
        elif change == "other key":
            damaged = bytes(data[:8]) + bytes(32) + bytes(data[40:])
        else:
            damaged = b""
        entry.write_bytes(damaged)
        assert cache.load("name", KEY) is None, place


def test_a_folder_that_cannot_be_written_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    for value in (str(tmp_path / "file"), str(tmp_path / "file" / "below"), ""):
        monkeypatch.setenv(cache.VARIABLE, value)
        cache.store("name", KEY, b"data")
        assert cache.load("name", KEY) is None
    assert (tmp_path / "file").read_text() == "in the way"


def test_old_entries_go(folder: Path) -> None:
    for number in range(10):
        cache.store("name", cache.key_of([bytes([number])]), b"data")
        entry = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(entry, (number, number))
    cache.store("another", KEY, b"data")
    assert len(list(folder.glob("name-*"))) == cache._KEPT
    assert cache.load("name", cache.key_of([bytes([9])])) == b"data"


@pytest.mark.parametrize("code", ["de", "en", "sv"])
def test_compiled_phrases_are_the_same_when_they_were_kept(code: str) -> None:
    compiled = compile_phrases(load_lexicons()[code])
    again = Compiled.from_bytes(compiled.to_bytes())
    assert list(again.meanings) == compiled.meanings
    assert again.patterns.alphabet.exact == compiled.patterns.alphabet.exact
    assert again.patterns.alphabet.stems == compiled.patterns.alphabet.stems
    assert list(again.patterns.patterns) == list(compiled.patterns.patterns)
    assert list(again.patterns.numbers) == list(compiled.patterns.numbers)


@pytest.mark.parametrize("code", ["de", "en", "sv"])
def test_a_lexicon_is_the_same_when_it_was_kept(code: str) -> None:
    lexicon = load_lexicons()[code]
    assert kept.from_bytes(kept.to_bytes(lexicon), lexicon.phrases) == lexicon


def test_openings_of_sequences_are_the_same_when_they_were_kept() -> None:
    choices = (("we", "they"), ("", "now"), ("write it", "key"), ("down", "3 times"))
    sequences = [Sequence("workaround", "in_use", "fact", choices[at:]) for at in range(3)]
    tokenizer = Tokenizer({}, {})
    made = Sequences(sequences, tokenizer, frozenset(), frozenset())
    openings = Openings.from_bytes(made.openings.to_bytes())
    again = Sequences(sequences, tokenizer, frozenset(), frozenset(), openings)
    text = ["today", "we", "write", "it", "down", ".", "they", "now", "key", "7", "times"]
    assert list(again.matches(text)) == list(made.matches(text)) != []
    assert openings.words == made.openings.words >= {"we", "times", "it"}
    assert {word: openings.read(word) for word in openings.roles} == made.openings.roles


def test_openings_that_are_asked_for_often_stay_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept._Rows, "_MANY", 3)
    can, how = ("can", "we"), ("how",)
    lexicon = Lexicon("xx", "Test", {}, openings={can: Opening("x"), how: Opening("y", True)})
    again = kept.from_bytes(kept.to_bytes(lexicon), {}).openings
    for _ in range(5):
        assert [again.get(can), again.get(how)] == [Opening("x"), Opening("y", True)]
        assert again.get(("can we",)) is None


def test_lexicons_are_kept_with_their_phrases(folder: Path) -> None:
    lexicons = []
    for _ in range(2):
        load_lexicons.cache_clear()
        lexicons.append(load_lexicons())
    load_lexicons.cache_clear()
    assert len(list(folder.glob("words-*"))) == 3
    for one, other in zip(*(each.values() for each in lexicons), strict=True):
        assert dict(one.phrases) == dict(other.phrases)
        assert replace(one, phrases={}) == replace(other, phrases={})


def test_every_kind_of_meaning_is_kept() -> None:
    values = (True, False, "text", 3, 2.5, frozenset(("a", "b")), "")
    meanings = tuple(Meaning("fact", f"fact {n}", value) for n, value in enumerate(values))
    compiled = compile_phrases(Lexicon("xx", "Test", {"log out*": meanings, "3 of": meanings[:1]}))
    again = Compiled.from_bytes(compiled.to_bytes())
    assert list(again.meanings) == compiled.meanings
    assert [type(each.value) for each in again.meanings[0]] == list(map(type, values))
    text = ["he", "logs", "off", ",", "log", "outside", "and", "7", "of"]
    assert again.patterns.matches(text) == compiled.patterns.matches(text) != []


def test_a_lexicon_without_a_source_is_not_kept(folder: Path) -> None:
    compiled_phrases(Lexicon("xx", "Test", {"down": (Meaning("cue", "negation"),)}))
    assert not folder.exists()
    compiled_phrases(Lexicon("xx", "Test", {"down": (Meaning("cue", "past"),)}, digest="1"))
    (entry,) = folder.iterdir()
    assert entry.name.startswith("lexicon-xx-")
    # Whatever else it is made of, the digest of the source names it.
    kept = compiled_phrases(Lexicon("xx", "Test", {}, digest="1"))
    assert list(kept.meanings) == [(Meaning("cue", "past"),)]


def test_the_model_of_languages_is_the_same_when_it_was_kept(folder: Path) -> None:
    texts = ("the printer is on fire", "skrivaren brinner", "der drucker brennt", "", "1234", "ö")
    found = []
    for _ in range(2):
        language._identifier.cache_clear()
        identifier = language._identifier(("de", "en", "sv"))
        found.append([identifier.classify(text) for text in texts])
    assert found[0] == found[1]
    assert len(list(folder.glob("languages-*"))) == 1
