"""A compiled lexicon in which a ruleset has named the parts of its product.

A name that the lexicon has gets the ruleset's rank there. Names that it has not are found by an
automaton of their own, which is small: the lexicon's is shared by all rulesets. Where a name and a
phrase of the lexicon overlap, the leftmost, then the longest, is taken, and what a name leaves of a
phrase is searched again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping

from adjudge.evidence.patterns import ANY_ENDING, Alphabet, Match, Patterns
from adjudge.evidence.scan import NO_PHRASE, Hit, Phrase, Scanner
from adjudge.evidence.tokens import Tokenizer, Tokens
from adjudge.evidence.unmarked import Unmarked
from adjudge.model.lexicon import RANKS, Lexicon, Meaning

_Words = tuple[str, ...]
_LAST = "\U0010ffff"  # stands behind any other character
_REACH = 16
"""How many words after a phrase or a name are searched again; none is longer."""


class NamedScanner(Scanner):
    """A scanner with a ruleset's names, `names` from name to rank; a final `*` is any ending.

    Of two names for the same words, the one without `*` counts, then the longer one.
    """

    def __init__(self, lexicon: Lexicon, scanner: Scanner, names: Mapping[str, str]) -> None:
        bare = Tokenizer(lexicon.rewrites, lexicon.folds)
        ranks = {words: rank for name, rank in names.items() if (words := bare.phrase(name))}
        self.patterns = scanner.patterns
        self.phrases = scanner.phrases.fresh()
        self.sequences = scanner.sequences
        known = frozenset(word.rstrip("*") for words in ranks for word in words)
        vocabulary = scanner.tokenizer.vocabulary | known
        # "Bankkopplingen" is the part that the ruleset names "bankkoppl*", and no other "koppling".
        stems = tuple(word[:-1] for words in ranks for word in words if word.endswith(ANY_ENDING))
        compounds = scanner.tokenizer.compounds.knowing(stems)
        unmarked = scanner.tokenizer.unmarked
        if unmarked is not None:
            unmarked = Unmarked(lexicon.unmarked, unmarked.known | known)
        self.tokenizer = Tokenizer(lexicon.rewrites, lexicon.folds, vocabulary, compounds, unmarked)
        self._rank_known(ranks)
        added = [words for words in ranks if not self._rank_phrase(words, ranks[words])]
        alphabet = Alphabet()
        spelled = {"".join(map(alphabet.add, words)): n for n, words in enumerate(added)}
        self._names = Patterns.of(alphabet, spelled)
        phrases = [_ranked(NO_PHRASE, ranks[words]) for words in added]
        self._added = {at: phrases[number] for at, number in enumerate(self._names.numbers)}

    def _rank_known(self, ranks: Mapping[_Words, str]) -> None:
        """Give the things of the lexicon the ranks under which the ruleset names them.

        So are words that are only parts of frames there: they would hide the name.
        """
        alphabet = self.patterns.alphabet
        endings: dict[str, dict[str, str]] = {}
        for name, rank in ranks.items():
            endings.setdefault(alphabet.written(name[:-1]), {})[name[-1]] = rank
        words, known_as = sorted(alphabet.exact), self.patterns.dictionary().number
        for beginning, ending in endings.items():
            for word in {word for name in ending for word in _ending_in(name, words)}:
                number = known_as(beginning + alphabet.exact[word])
                known = None if number is None else _rank_of(word, ending)
                if number is None or known is None:
                    continue
                if self.phrases[number].things or _is_part(self.phrases[number]):
                    self.phrases[number] = _ranked(self.phrases[number], known)

    def _rank_phrase(self, words: _Words, rank: str) -> bool:
        """Say whether a name is a phrase of the lexicon; if it is, it is a thing there, too."""
        if words[-1].endswith("*"):
            return False
        for first, last, number in self.patterns.matches(words):
            if first == 0 and last == len(words) - 1:
                self.phrases[number] = _ranked(self.phrases[number], rank)
                return True
        return False

    def hits(self, tokens: Tokens) -> list[Hit]:
        """Return the phrases and names in the stream, in order, without overlaps."""
        words = tokens.words
        found = self.patterns.matches(words)
        names = self._names.matches(words)
        if not names:
            return self._hits(found, tokens)
        return [
            self._hit(phrases[number], first, last, tokens)
            for (first, last, number), phrases in self._merged(words, found, names)
        ]

    def _merged(
        self, words: list[str], found: list[Match], names: list[Match]
    ) -> Iterator[tuple[Match, dict[int, Phrase]]]:
        waiting = found[::-1]
        named = names[::-1]
        while named:
            name = named.pop()
            first, last, _ = name
            while waiting and waiting[-1][1] < first:
                yield waiting.pop(), self.phrases
            if waiting and _outranks(waiting[-1], name):
                # What the phrase leaves of the name may be a name of its own.
                after = waiting[-1][1] + 1
                end = min(named[-1][0] if named else len(words), last + 1 + _REACH)
                left = self._names.matches(words[after:end]) if after <= last else []
                named += [(a + after, b + after, number) for a, b, number in reversed(left)]
                continue
            end = last
            while waiting and waiting[-1][0] <= last:
                end = waiting.pop()[1]
            if end > last:
                # Up to the next phrase: what was cut may have hidden one that ends behind it.
                end = waiting[-1][0] - 1 if waiting else len(words) - 1
                end = min(end, last + _REACH)
            rest = self.patterns.matches(words[last + 1 : end + 1]) if end > last else []
            waiting += [(a + last + 1, b + last + 1, number) for a, b, number in reversed(rest)]
            yield name, self._added
        yield from ((match, self.phrases) for match in reversed(waiting))


def _ending_in(name: str, words: list[str]) -> list[str]:
    """Return the words, of some in order, that a name's last word stands for."""
    stem = name.removesuffix(ANY_ENDING)
    first = bisect_left(words, stem)
    end = bisect_left(words, stem + _LAST) if stem != name else bisect_right(words, stem)
    return words[first:end]


def _is_part(phrase: Phrase) -> bool:
    """Whether a phrase is nothing but a part of frames."""
    return all(meaning.role == "part" for meaning in phrase.meanings)


def _outranks(phrase: Match, name: Match) -> bool:
    """Whether a phrase of the lexicon begins before a name and reaches it, or is as long."""
    return phrase[0] < name[0] or (phrase[0] == name[0] and phrase[1] >= name[1])


def _rank_of(word: str, ending: Mapping[str, str]) -> str | None:
    """The rank of a name that ends in this word, or in the longest stem of it."""
    stems = (word[:size] + ANY_ENDING for size in range(len(word), 0, -1))
    return next((ending[each] for each in (word, *stems) if each in ending), None)


def _ranked(phrase: Phrase, rank: str) -> Phrase:
    """Return a phrase with one rank for whatever it names: a noun stays one, a verb a verb."""
    kinds = {thing.value for thing in phrase.things}
    if not kinds:
        # A name of the whole gives way to the part that is named beside it.
        kinds.add("generic" if rank == RANKS[0] else "noun")
    if "noun" in kinds:
        kinds.discard("generic")
    others = [meaning for meaning in phrase.meanings if meaning.role != "thing"]
    things = (Meaning("thing", rank, kind) for kind in sorted(map(str, kinds)))
    return Phrase((*others, *things), named=True)
