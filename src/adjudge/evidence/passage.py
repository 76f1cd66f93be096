"""One field of a ticket, read: its text in normal form, its tokens and its sentences."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from adjudge.evidence.markup import blank_markup
from adjudge.evidence.plain import Plain, normalise
from adjudge.evidence.result import Evidence, Field
from adjudge.evidence.scan import Scanner, Span
from adjudge.evidence.scope import Sentence, read_sentences, sentence_ends
from adjudge.evidence.segments import Customs, blank_foreign
from adjudge.evidence.tokens import Tokens
from adjudge.model.fact import Value
from adjudge.model.lexicon import Sequence


@dataclass(frozen=True, slots=True)
class Passage:
    """A field's text and what was found in it.

    `own` is its normal form with all blanked that is not the message.
    `sentences` are those with a phrase, `firsts` where they begin, `numbered` the same by their
    numbers; `ends` are where all sentences end.
    """

    field: Field
    text: str
    plain: Plain
    own: str
    tokens: Tokens
    ends: list[int]
    sentences: list[Sentence]
    told: list[tuple[Sequence, Span]]
    firsts: list[int]
    numbered: dict[int, Sentence]

    def evidence(self, fact: str, value: Value, span: Span) -> Evidence:
        """Return a fact with the words from the span's first token to its last."""
        start, end = self.plain.place(self.tokens.starts[span.first], self.tokens.ends[span.last])
        return Evidence(fact, value, self.field, start, end, self.text[start:end])

    def sentence_at(self, word: int) -> Sentence | None:
        """Return the sentence that a word stands in, None for one without any phrase."""
        at = bisect_right(self.firsts, word) - 1
        found = self.sentences[at] if at >= 0 else None
        return found if found is not None and word <= found.last else None


def own_words(text: str, customs: Customs) -> tuple[Plain, str]:
    """Return a field's normal form, and the same with all blanked that is not the message."""
    plain = normalise(text)
    return plain, blank_foreign(blank_markup(plain.text), customs)


def read_passage(
    field: Field, text: str, plain: Plain, own: str, scanner: Scanner, negation_after: bool
) -> Passage:
    """Tokenise and scan a field that `own_words` prepared."""
    tokens = scanner.tokenizer.tokens(own)
    ends = sentence_ends(tokens.words)
    sentences = read_sentences(tokens, ends, scanner.hits(tokens), negation_after, own)
    told = [
        (sequence, Span(first, last))
        for sequence, first, last in scanner.sequences.matches(tokens.words)
    ]
    firsts = [sentence.first for sentence in sentences]
    numbered = {sentence.number: sentence for sentence in sentences}
    return Passage(field, text, plain, own, tokens, ends, sentences, told, firsts, numbered)
