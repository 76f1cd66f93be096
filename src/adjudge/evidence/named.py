"""A compiled lexicon in which a ruleset has named the parts of its product.

A name that the lexicon has gets the ruleset's rank there. Names that it has not are found by an
automaton of their own, which is small: the lexicon's is shared by all rulesets. Where a name and a
phrase of the lexicon overlap, the leftmost, then the longest, is taken, and what a name leaves of a
phrase is searched again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import ahocorasick_rs

from adjudge.evidence.scan import (
    NO_PHRASE,
    Hit,
    Match,
    Phrase,
    Scanner,
    canonical,
    matches,
    pattern_of,
)
from adjudge.evidence.tokens import Tokenizer, Tokens
from adjudge.model.lexicon import RANKS, Lexicon, Meaning

_Words = tuple[str, ...]


class NamedScanner(Scanner):
    """A scanner with a ruleset's names, `names` from name to rank; a final `*` is any ending.

    Of two names for the same words, the one without `*` counts, then the longer one.
    """

    def __init__(self, lexicon: Lexicon, scanner: Scanner, names: Mapping[str, str]) -> None:
        bare = Tokenizer(lexicon.rewrites, lexicon.folds)
        ranks = {words: rank for name, rank in names.items() if (words := bare.phrase(name))}
        self.automaton = scanner.automaton
        self.phrases = list(scanner.phrases)
        self.things = scanner.things
        known = frozenset(word.rstrip("*") for words in ranks for word in words)
        vocabulary = scanner.tokenizer.vocabulary | known
        self.tokenizer = Tokenizer(lexicon.rewrites, lexicon.folds, vocabulary)
        self._rank_known(ranks)
        added = [words for words in ranks if not self._rank_phrase(words, ranks[words])]
        self._added = [_ranked(NO_PHRASE, ranks[words]) for words in added]
        self._names = ahocorasick_rs.AhoCorasick(
            [pattern_of(words) for words in added],
            matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        )

    def _rank_known(self, ranks: Mapping[_Words, str]) -> None:
        """Give the things of the lexicon the ranks under which the ruleset names them."""
        stems = {len(words[-1]) - 1 for words in ranks if words[-1].endswith("*")}
        sizes = sorted(stems, reverse=True)
        for words, number in self.things:
            rank = ranks.get(words)
            for size in sizes if rank is None else ():
                rank = ranks.get((*words[:-1], words[-1][:size] + "*"))
                if rank is not None:
                    break
            if rank is not None:
                self.phrases[number] = _ranked(self.phrases[number], rank)

    def _rank_phrase(self, words: _Words, rank: str) -> bool:
        """Say whether a name is a phrase of the lexicon; if it is, it is a thing there, too."""
        if words[-1].endswith("*"):
            return False
        for first, last, number in matches(self.automaton, canonical(list(words))):
            if first == 0 and last == len(words) - 1:
                self.phrases[number] = _ranked(self.phrases[number], rank)
                return True
        return False

    def hits(self, tokens: Tokens) -> list[Hit]:
        """Return the phrases and names in the stream, in order, without overlaps."""
        if not tokens.words:
            return []
        words = canonical(tokens.words)
        found = matches(self.automaton, words)
        names = matches(self._names, words)
        if not names:
            merged = [(match, self.phrases) for match in found]
        else:
            merged = list(self._merged(words, found, names))
        return [
            Hit(phrases[number], first, last, tokens.quoted[first])
            for (first, last, number), phrases in merged
        ]

    def _merged(
        self, words: list[str], found: list[Match], names: list[Match]
    ) -> Iterator[tuple[Match, list[Phrase]]]:
        waiting = found[::-1]
        for name in names:
            first, last, _ = name
            while waiting and waiting[-1][1] < first:
                yield waiting.pop(), self.phrases
            if waiting and _outranks(waiting[-1], name):
                continue
            end = last
            while waiting and waiting[-1][0] <= last:
                end = waiting.pop()[1]
            rest = matches(self.automaton, words[last + 1 : end + 1]) if end > last else []
            waiting += [(a + last + 1, b + last + 1, number) for a, b, number in reversed(rest)]
            yield name, self._added
        yield from ((match, self.phrases) for match in reversed(waiting))


def _outranks(phrase: Match, name: Match) -> bool:
    """Whether a phrase of the lexicon begins before a name and reaches it, or is as long."""
    return phrase[0] < name[0] or (phrase[0] == name[0] and phrase[1] >= name[1])


def _ranked(phrase: Phrase, rank: str) -> Phrase:
    """Return a phrase with one rank for whatever it names: a noun stays one, a verb a verb."""
    kinds = {thing.value for thing in phrase.things}
    if not kinds:
        # A name of the whole gives way to the part that is named beside it.
        kinds.add("generic" if rank == RANKS[0] else "noun")
    if "noun" in kinds:
        kinds.discard("generic")
    others = [meaning for meaning in phrase.meanings if meaning.role != "thing"]
    return Phrase((*others, *(Meaning("thing", rank, kind) for kind in sorted(map(str, kinds)))))
