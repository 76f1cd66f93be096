"""One field of a ticket, read: its text in normal form, its tokens and its sentences."""

from __future__ import annotations

from dataclasses import dataclass

from adjudge.evidence.markup import blank_markup
from adjudge.evidence.plain import Plain, normalise
from adjudge.evidence.result import Evidence, Field
from adjudge.evidence.scan import Scanner, Span
from adjudge.evidence.scope import Sentence, read_sentences
from adjudge.evidence.segments import Customs, blank_foreign
from adjudge.evidence.tokens import Tokens
from adjudge.model.fact import Value
from adjudge.model.lexicon import Sequence


@dataclass(frozen=True, slots=True)
class Passage:
    """A field's text and what was found in it; `numbered` are its sentences by their numbers."""

    field: Field
    text: str
    plain: Plain
    tokens: Tokens
    sentences: list[Sentence]
    told: list[tuple[Sequence, Span]]
    numbered: dict[int, Sentence]

    def evidence(self, fact: str, value: Value, span: Span) -> Evidence:
        """Return a fact with the words from the span's first token to its last."""
        start, end = self.plain.place(self.tokens.starts[span.first], self.tokens.ends[span.last])
        return Evidence(fact, value, self.field, start, end, self.text[start:end])


def own_words(text: str, customs: Customs) -> tuple[Plain, str]:
    """Return a field's normal form, and the same with all blanked that is not the message."""
    plain = normalise(text)
    return plain, blank_foreign(blank_markup(plain.text), customs)


def read_passage(
    field: Field, text: str, plain: Plain, own: str, scanner: Scanner, negation_after: bool
) -> Passage:
    """Tokenise and scan a field that `own_words` prepared."""
    tokens = scanner.tokenizer.tokens(own)
    sentences = read_sentences(tokens, scanner.hits(tokens), negation_after)
    told = [
        (sequence, Span(first, last))
        for sequence, first, last in scanner.sequences.matches(tokens.words)
    ]
    numbered = {sentence.number: sentence for sentence in sentences}
    return Passage(field, text, plain, tokens, sentences, told, numbered)
