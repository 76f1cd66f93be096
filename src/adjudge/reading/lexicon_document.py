"""The sections of a lexicon: phrases with alternatives, multiplied out and checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from itertools import islice, pairwise

from adjudge.findings import Finding, InputError, did_you_mean
from adjudge.model.fact import VOCABULARY, Value
from adjudge.model.lexicon import (
    CUES,
    GROUPS,
    RANKS,
    SUBJECTS,
    TROUBLE,
    Causing,
    Counting,
    Frame,
    Lexicon,
    Mail,
    Meaning,
    Opening,
    Sequence,
    Stopgap,
    Verbs,
)
from adjudge.reading import kept
from adjudge.reading.expand import MAX_EXPANSION, choices, expand
from adjudge.reading.nodes import Node

Meanings = tuple[Meaning, ...]
MAX_GAP = 12
_GAP = re.compile(r"(~\d+)")
_WORD = re.compile(r"[\w,;:?%/()-]")  # a word, or a mark that is a token of its own
_OPAQUE = frozenset("_@\\")  # what has these is a name or an address, and says nothing
_ENDINGS = ("participles", "finite", "continuous", "closing", "leading", "prefixes", "third")
_MADE = ("groups", "people")  # of `Counting`, out of phrases
_KEYS = (
    "language", "name", "negation_after", "stopwords", "prepositions", "heads", "modifiers",
    "verbs", "folds", "unmarked", "rewrites", "articles", "fillers", "numbers", "counting",
    "causing", "stopgap",
    "development", "development_at_large", "lists", "cues", "things", "impacts", "weak_impacts",
    "adjacent_impacts", "facts", "weak_facts", "hints", "frames", "sequences", "weak_sequences",
    "hint_sequences", "questions", "wishes", "neutral", "mail",
)  # fmt: skip


class LexiconDocument:
    """Collects phrases and findings while the sections of one document are read."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        self.written: list[tuple[Node, Meaning]] = []
        self.lists: dict[str, list[str]] = {}

    def lexicon(self, root: Node) -> Lexicon:
        """Return the lexicon; its phrases are multiplied out when they are first asked for."""
        self.names(root, _KEYS)
        top = root.mapping()
        self.read_lists(top)
        self.group(top, "cues", CUES, lambda name: Meaning("cue", name))
        self.group(top, "impacts", self.values_of("functional_impact"),
                   lambda name: Meaning("impact", "functional_impact", name))  # fmt: skip
        self.group(top, "weak_impacts", self.values_of("functional_impact"),
                   lambda name: Meaning("weak", "functional_impact", name))  # fmt: skip
        self.group(top, "adjacent_impacts", self.values_of("functional_impact"),
                   lambda name: Meaning("weak", "adjacent", name))  # fmt: skip
        self.things(top)
        self.facts(top, "hints", "hint")
        self.facts(top, "facts", "fact")
        self.facts(top, "weak_facts", "weak_fact")
        if "neutral" in top:
            self.add(top["neutral"], Meaning("neutral"))
        frames = self.frames(top)
        sequences = [*self.sequences(top, "sequences", "fact"),
                     *self.sequences(top, "weak_sequences", "weak_fact"),
                     *self.sequences(top, "hint_sequences", "hint")]  # fmt: skip
        after = top["negation_after"].value if "negation_after" in top else False
        return Lexicon(
            language=self.text(top, "language", root),
            name=self.text(top, "name", root),
            phrases=kept.Later(self.phrases),
            frames=frames,
            sequences=tuple(sequences),
            rewrites=self.rewrites(top),
            fillers=self.word_set(top, "fillers"),
            numbers=self.numbers(top),
            counting=self.counting(top),
            causing=self.causing(top),
            stopgap=self.stopgap(top),
            development=self.word_set(top, "development"),
            development_at_large=self.word_set(top, "development_at_large"),
            folds=self.words(top, "folds"),
            unmarked=self.words(top, "unmarked"),
            stopwords=self.word_set(top, "stopwords"),
            prepositions=self.word_set(top, "prepositions"),
            verbs=self.verbs(top),
            openings=self.openings(top),
            heads=self.word_set(top, "heads"),
            modifiers=self.word_set(top, "modifiers"),
            negation_after=after is True,
            mail=self.mail(top),
        )

    def report(self, code: str, message: str, node: Node, help: str | None = None) -> None:
        self.findings.append(Finding(code, message, node.span, help))

    def names(self, node: Node, known: Iterable[str]) -> None:
        known = tuple(known)
        for name in node.mapping():
            if name not in known:
                place = Node(name, node.keys[name])
                self.report("lexicon-key", f"`{name}` means nothing here", place,
                            did_you_mean(name, known))  # fmt: skip

    def values_of(self, fact: str) -> tuple[str, ...]:
        return VOCABULARY[fact].values

    def text(self, top: dict[str, Node], key: str, root: Node) -> str:
        value = top[key].value if key in top else None
        if isinstance(value, str) and value:
            return value
        self.report("lexicon-text", f"`{key}` must be a text", top.get(key, root))
        return ""

    def strings(self, node: Node) -> list[str]:
        found = []
        for item in node.items():
            if isinstance(item.value, str):
                found.append(item.value)
            elif item.value is not None:
                self.report("lexicon-text", f"`{item.value}` must be a text", item,
                            "put it in quotes")  # fmt: skip
        return found

    def word_set(self, top: dict[str, Node], key: str) -> frozenset[str]:
        written = self.strings(top[key]) if key in top else []
        return frozenset(word for line in written for word in line.split())

    def words(self, top: dict[str, Node], key: str) -> dict[str, str]:
        entries = top[key].mapping() if key in top else {}
        return {name: str(node.value or "") for name, node in entries.items()}

    def rewrites(self, top: dict[str, Node]) -> dict[str, tuple[str, ...]]:
        found = {word: tuple(to.split()) for word, to in self.words(top, "rewrites").items()}
        dropped = self.word_set(top, "articles") | self.word_set(top, "fillers")
        return found | dict.fromkeys(dropped, ())

    def numbers(self, top: dict[str, Node]) -> dict[str, float]:
        found = {}
        folds = str.maketrans(self.words(top, "folds"))
        for word, node in (top["numbers"].mapping() if "numbers" in top else {}).items():
            if isinstance(node.value, int | float) and not isinstance(node.value, bool):
                found[word.translate(folds)] = float(node.value)
            else:
                self.report("lexicon-number", f"`{word}` must be a number", node)
        return found

    def openings(self, top: dict[str, Node]) -> dict[tuple[str, ...], Opening]:
        found: dict[tuple[str, ...], Opening] = {}
        rewrites = self.rewrites(top)
        folds = str.maketrans(self.words(top, "folds"))
        for section in ("questions", "wishes"):
            if section not in top:
                continue
            self.names(top[section], (*self.values_of("request_type"), TROUBLE))
            for kind, node in top[section].mapping().items():
                for item in node.items():
                    for phrase in self.expanded(item):
                        words = [
                            part.translate(folds)
                            for word in phrase.split()
                            for part in rewrites.get(word, (word,))
                        ]
                        if words:
                            found.setdefault(tuple(words), Opening(kind, section == "wishes"))
        return found

    def verbs(self, top: dict[str, Node]) -> Verbs:
        sets = self.word_sets(top, "verbs", Verbs)
        endings = {name: tuple(sorted(sets.pop(name))) for name in _ENDINGS}
        return Verbs(**endings, **sets)  # type: ignore[arg-type]

    def counting(self, top: dict[str, Node]) -> Counting:
        sets = self.word_sets(top, "counting", Counting, besides=GROUPS)
        folds = str.maketrans(self.words(top, "folds"))
        parts = top["counting"].mapping() if "counting" in top else {}
        groups = {
            name: frozenset(
                tuple(phrase.translate(folds).split())
                for item in parts[name].items()
                for phrase in self.expanded(item)
            )
            for name in GROUPS
            if name in parts
        }
        cues = top["cues"].mapping() if parts and "cues" in top else {}
        sets["people"] = frozenset(
            phrase.translate(folds).split()[-1]
            for item in (cues["people"].items() if "people" in cues else ())
            for phrase in self.expanded(item)
        )
        return Counting(groups, **sets)

    def causing(self, top: dict[str, Node]) -> Causing:
        return Causing(**self.word_sets(top, "causing", Causing))

    def stopgap(self, top: dict[str, Node]) -> Stopgap:
        return Stopgap(**self.word_sets(top, "stopgap", Stopgap, folded=False))

    def word_sets(
        self,
        top: dict[str, Node],
        section: str,
        shape: type[Verbs | Counting | Causing | Stopgap],
        folded: bool = True,
        besides: tuple[str, ...] = (),
    ) -> dict[str, frozenset[str]]:
        """Return the single words that a section lists, by name; `besides` names its other parts.

        Words are `folded` as those of texts are, where they are compared with read words.
        """
        parts = top[section].mapping() if section in top else {}
        names = [field.name for field in fields(shape) if field.name not in _MADE]
        if section in top:
            self.names(top[section], (*besides, *names))
        folds = str.maketrans(self.words(top, "folds") if folded else {})
        return {
            name: frozenset(word.translate(folds) for word in self.word_set(parts, name))
            for name in names
        }

    def mail(self, top: dict[str, Node]) -> Mail:
        if "mail" not in top:
            return Mail()
        self.names(top["mail"], ("wrote", "headers", "separators", "closings", "footers"))
        parts = top["mail"].mapping()
        lists = {name: tuple(self.strings(node)) for name, node in parts.items() if name != "wrote"}
        wrote = []
        for node in parts["wrote"].items() if "wrote" in parts else ():
            pair = self.strings(node)
            if len(pair) == 2:
                wrote.append((pair[0], pair[1]))
            else:
                self.report("lexicon-pair", "expected a beginning and an end", node)
        return Mail(wrote=tuple(wrote), **lists)

    def read_lists(self, top: dict[str, Node]) -> None:
        for name, node in (top["lists"].mapping() if "lists" in top else {}).items():
            self.lists[name] = [phrase for item in node.items() for phrase in self.expanded(item)]

    def group(
        self,
        top: dict[str, Node],
        section: str,
        known: tuple[str, ...],
        meaning: Callable[[str], Meaning],
    ) -> None:
        if section in top:
            self.names(top[section], known)
            for name, node in top[section].mapping().items():
                self.add(node, meaning(name))

    def things(self, top: dict[str, Node]) -> None:
        if "things" not in top:
            return
        self.names(top["things"], (*RANKS, *SUBJECTS))
        for name, node in top["things"].mapping().items():
            self.names(node, ("nouns", "verbs", "generics"))
            for kind, phrases in node.mapping().items():
                self.add(phrases, Meaning("thing", name, kind.removesuffix("s")))

    def facts(self, top: dict[str, Node], section: str, role: str) -> None:
        if section not in top:
            return
        self.names(top[section], VOCABULARY)
        for name, node in top[section].mapping().items():
            if name in VOCABULARY:
                for raw, phrases in node.mapping().items():
                    value = self.value(name, raw, node)
                    if value is not None:
                        self.add(phrases, Meaning(role, name, value))

    def sequences(self, top: dict[str, Node], section: str, role: str) -> Iterator[Sequence]:
        if section not in top:
            return
        self.names(top[section], VOCABULARY)
        for name, node in top[section].mapping().items():
            for raw, items in node.mapping().items() if name in VOCABULARY else ():
                value = self.value(name, raw, node)
                if value is None:
                    continue
                for item in items.items():
                    places = self.places(item)
                    if places:
                        yield Sequence(name, value, role, places)

    def places(self, item: Node) -> tuple[tuple[str, ...], ...]:
        """Return what can stand at each place of a sequence; `()` where it is broken."""
        try:
            if not isinstance(item.value, str):
                raise ValueError("it must be a text")
            places = [place for place in choices(item.value, self.lists) if any(place)]
            for one, next in pairwise(places):
                if not all(
                    a.endswith(" ") or b.startswith(" ") for a in one for b in next if a and b
                ):
                    raise ValueError("a word begins in one bracket and ends in another")
            _check_words(places)
        except ValueError as error:
            self.report("lexicon-phrase", f"`{item.value}` is no sequence: {error}", item)
            return ()
        found = (
            tuple(dict.fromkeys(" ".join(choice.split()) for choice in place)) for place in places
        )
        return tuple(place for written in found if any(written) for place in _apart(written))

    def frames(self, top: dict[str, Node]) -> tuple[Frame, ...]:
        found: list[Frame] = []
        for node in top["frames"].items() if "frames" in top else ():
            self.names(node, ("fact", "value", "within", "weak", "say"))
            entry = {key: part.value for key, part in node.mapping().items()}
            name, within = str(entry.get("fact")), entry.get("within", 4)
            say = node.mapping().get("say")
            if name not in VOCABULARY or say is None or len(say.items()) < 2:
                self.report(
                    "lexicon-frame", "a frame needs a fact, its value and what to say", node
                )
                continue
            if not isinstance(within, int) or not 0 <= within <= MAX_GAP:
                self.report("lexicon-frame", f"`within` must be from 0 to {MAX_GAP}", node)
                continue
            place = Node(None, node.span, {str(entry.get("value")): node.span})
            value = self.value(name, str(entry.get("value")), place)
            if value is not None:
                for number, part in enumerate(say.items()):
                    self.add(part, Meaning("part", str(len(found)), number))
                found.append(
                    Frame(name, value, len(say.items()), within, entry.get("weak") is True)
                )
        return tuple(found)

    def value(self, name: str, raw: str, node: Node) -> Value | None:
        fact = VOCABULARY[name]
        given: object = raw
        if fact.kind == "yes_no":
            given = {"true": True, "false": False}.get(raw, raw)
        elif fact.kind == "words":
            given = [raw]
        try:
            return fact.normalise(given)
        except ValueError as error:
            self.report("lexicon-value", f"`{raw}` is no value of `{name}`: {error}",
                        Node(raw, node.keys[raw]))  # fmt: skip
            return None

    def add(self, node: Node, meaning: Meaning) -> None:
        self.written.append((node, meaning))

    def phrases(self) -> dict[str, Meanings]:
        """Multiply out what was added; raise `InputError` with every problem of the file."""
        phrases: dict[str, Meanings] = {}
        for node, meaning in self.written:
            only = (meaning,)
            for item in node.items():
                for phrase in self.expanded(item):
                    known = phrases.setdefault(phrase, only)
                    if known is not only and meaning not in known:
                        phrases[phrase] = (*known, meaning)
        if self.findings:
            raise InputError(self.findings)
        self.written = []
        return phrases

    def expanded(self, item: Node) -> list[str]:
        if not isinstance(item.value, str):
            if item.value is not None:
                self.report("lexicon-text", f"`{item.value}` must be a text", item,
                            "put it in quotes")  # fmt: skip
            return []
        found: list[str] = []
        try:
            found = list(islice(expand(item.value, self.lists), MAX_EXPANSION + 1))
            if len(found) > MAX_EXPANSION:
                raise ValueError(f"more than {MAX_EXPANSION} phrases")
        except ValueError as error:
            self.report("lexicon-phrase", f"`{item.value}` cannot be expanded: {error}", item)
        return [phrase for each in found if (phrase := " ".join(each.split()))]


def _check_words(places: list[list[str]]) -> None:
    """Raise `ValueError` where a choice has a sign that is left out of texts.

    Without it the choice would stand for nothing, and its place could silently stay empty. So it
    is with words that are left out together (`!no way`): a place takes one.
    """
    for choice in (choice for place in places for choice in place):
        if choice.startswith("!") and len(choice.split()) > 1:
            raise ValueError(f"`{choice}` is more than one word")
    for piece in (piece for place in places for choice in place for piece in choice.split()):
        if not _WORD.search(piece) or not _OPAQUE.isdisjoint(piece):
            help = ", an empty choice is written `(a|)`" if piece == "." else ""
            raise ValueError(f"texts are read without `{piece}`{help}")


def _apart(choices: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the places of a piece of a sequence: a gap is one of its own."""
    if len(choices) > 1 or "~" not in choices[0]:
        yield choices
        return
    for piece in _GAP.split(choices[0]):
        if piece.strip():
            yield (piece.strip(),)
