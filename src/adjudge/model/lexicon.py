"""A language as data: the phrases by which tickets say things, and what each can mean.

A lexicon is read from `rules/lexicon/*.yaml`; the evidence reader compiles it. Adding a language
is adding a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Sequence as Listed
from dataclasses import dataclass, field, fields

from adjudge.model.fact import Value

CUES = (
    "negation",
    "exclusion",
    "hypothetical",
    "past",
    "recent",
    "stops",
    "resolved",
    "recurs",
    "again",
    "reported",
    "asks",
    "asks_whether",
    "presupposes",
    "contrast",
    "adverb",
    "joins",
    "ability",
    "cannot",
    "hardly",
    "mostly",
    "works",
    "runs",
    "act",
    "fine",
    "intermittent",
    "partly",
    "people",
    "part_of",
    "percent",
    "affected",
    "corrects",
    "surpassed",
    "none_of",
    "ceases",
    "gets",
    "since",
    "other_parts",
    "limits",
    "vain",
    "untrue",
    "long_ago",
    "now",
)
"""Roles of phrases that are no evidence themselves but decide how their neighbours are read."""

RANKS = ("whole_service", "critical_function", "important_function", "minor_function")
"""Functions, the most important first; also the groups of `things` with a rank."""

SUBJECTS = ("documentation", "device", "billing", "account_access", "training")
"""Groups of `things` that are no function of the product: trouble with them is another request."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning of a phrase.

    `role` says what the phrase does, `name` and `value` say it in detail:

    - `cue`: `name` is one of `CUES`.
    - `thing`: `name` is a rank or a subject; `value` is `noun`, `verb`, or `generic` for a word
      such as "site" that gives way to a more telling one.
    - `impact`: `value` is a functional impact. `weak`: the same, counts only beside a thing, and
      where `name` is `adjacent` only right after it.
    - `fact`: `name` and `value` of the vocabulary. `weak_fact`: the same, counts only in a sentence
      that states a problem. `hint`: a weak one for where nothing else states the fact.
    - `part`: `name` is the number of a frame, `value` which of its parts this is.
    - `neutral`: looks like evidence and is none.
    """

    role: str
    name: str = ""
    value: object = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Parts that state a fact together: in this order, in one clause, near one another.

    `within` is how many words may stand between two parts. A weak frame counts only in a
    sentence that states a problem.
    """

    fact: str
    value: Value
    parts: int
    within: int = 4
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A fact that is stated by words in a row, with what can stand in each of the `places`.

    An empty choice means that nothing need stand there; a place whose only choice is `~3` stands
    for up to three words of any kind, and one of `!get`, `!see` for any word but these (`!*ed`
    for any ending). `role` is as in `Meaning`: `fact`, `weak_fact` or `hint`.
    """

    fact: str
    value: Value
    role: str
    places: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Mail:
    """How mail looks in a language: what starts quoted history and what closes a message.

    `wrote` are pairs of how a line introducing a quotation begins and ends; `headers` are the
    field names of a quoted header block; `closings` end a message and begin a signature;
    `footers` begin lines that mail programs add.
    """

    wrote: tuple[tuple[str, str], ...] = ()
    headers: tuple[str, ...] = ()
    separators: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()


TROUBLE = "trouble"
"""The kind of an opening that asks to mend something, so that the ticket is no mere request."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a question begins, and the kind of request that it then is, or `TROUBLE`.

    A `wish` counts without a question mark, too.
    """

    kind: str
    wish: bool = False


@dataclass(frozen=True, slots=True)
class Verbs:
    """Words around verbs that no phrase lists, for reading what is denied of a thing.

    `auxiliaries` stand before a negation and a verb; after the `copulas` among them the verb has
    one of the endings `participles`. One with one of the endings `continuous` needs no auxiliary in
    a heading ("dashboard not loading"). `between` may stand before the verb. Where a language puts
    the negation beside the verb itself, `finite` are the endings of such verbs. Where the verb
    closes its part of the sentence, it has one of the endings `closing` after the `modals` among
    the auxiliaries, and a participle one of the `prefixes` in it; where it opens a question, its
    subject behind it, one of the endings `leading`. A denied verb that is `idle` says
    nothing of the product. After `exists` "no" denies that there is such a thing.
    After one of the `determiners` a verb's word is a noun ("any answers").
    `pronouns` stand for a thing, `persons` for people, `alone` for one of them, `other` for one who
    is not the writer. `entering` are words for logging in. A sentence that begins with
    `conditional` ("if the server dies ...") only supposes its first verb; as a question, all of
    it. One of the `premises` opens a condition whose verb closes it ("if the server down is, ...").
    What is done `whenever` ("when we call from mobiles") is no way round. Without auxiliaries
    nothing is read so.

    Where a verb before its subject says "if" as well ("dies the server, can nobody pay"),
    `supposing` are such verbs, `downward` the words that make trouble of harmless ones ("goes
    DOWN"), `denials` may stand between, and `subjects` and `none` begin a subject as persons do
    ("our", "nobody"); those `asked` are spoken to. Trouble that is denied with a word for `longer`
    is over.

    A sentence that begins with one of the `orders` wants something ("remove ..."). After the
    `unreal` words one of the `bare` verbs tells of no event ("to fail"), unless one of the `causes`
    stands before ("causes calls to fail"). The words `coded` tell nothing in a text about code.
    After one of the `genitives` ("our", "of a") a thing only says whose another one before it is.
    `others` stand for more of what was named ("those", "ones"). `acts` are what things do ("shows",
    "go"), apart from what ends in one of `third`. A sentence with one of the `pleas` ("please")
    asks for something, unless it is one for `mending` ("fix"). No `woes` ("fault", "trouble") are
    nothing wrong, and where who is `faring` ("we", "everything") works, all does, as does what goes
    `smoothly`. What people do not do is no trouble ("we don't scale yet"), unless it is what one
    `perceives` ("we don't get any calls").
    """

    auxiliaries: frozenset[str] = frozenset()
    copulas: frozenset[str] = frozenset()
    participles: tuple[str, ...] = ()
    finite: tuple[str, ...] = ()
    continuous: tuple[str, ...] = ()
    third: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    modals: frozenset[str] = frozenset()
    between: frozenset[str] = frozenset()
    idle: frozenset[str] = frozenset()
    exists: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    entering: frozenset[str] = frozenset()
    conditional: frozenset[str] = frozenset()
    premises: frozenset[str] = frozenset()
    whenever: frozenset[str] = frozenset()
    longer: frozenset[str] = frozenset()
    supposing: frozenset[str] = frozenset()
    downward: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    denials: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    determiners: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()
    unreal: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()
    causes: frozenset[str] = frozenset()
    coded: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    pleas: frozenset[str] = frozenset()
    mending: frozenset[str] = frozenset()
    woes: frozenset[str] = frozenset()
    genitives: frozenset[str] = frozenset()
    faring: frozenset[str] = frozenset()
    smoothly: frozenset[str] = frozenset()
    perceives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Counting:
    """The small words by which a language counts people.

    `groups` are, by `all`, `many`, `some`, `single` and `none`, what stands before the people
    ("most", "a handful of", "not one"). `determiners` may stand between ("our"), and of them
    `these` name people who were spoken of. `of` ties a part to the whole; `other` are words for
    the rest. After `places` people are where something happens ("in", "for"); `relatives` lead
    from people to what they see ("that", "who"), `reports` are what they do with it, and from
    `sources` it is heard ("complaints from"). After `apart` people are not those who are hit
    ("with 40 people making calls"), nor after `owns` ("we have 40 people"); `narrows` make "all"
    fewer ("every user with"). That nobody `does` a thing is trouble, unless it is `harmless`.
    `machines` are words for people ("agents") that mean programs in a text with one of the words
    `software`. `people` are the words for people themselves; who is `free` is not hit, and who
    gets `signs` ("a warning") is. Before one of the `compounds` the word only describes ("store
    tablets"); `units` do not describe people ("8 am"). `roughly` may stand before a number
    ("about"), and after one of `concerns` people are those who are hit ("affected are"). With one
    of `nearly` before it ("almost"), or one of `excepting` behind it ("but me"), "all" is most.
    What is denied of one of `whichever` ("not in any of our stores") is denied of all. A sentence
    that begins with one of the `sums` ("it is three of 45 people") says how many are hit by what
    was told before.
    """

    groups: Mapping[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)
    determiners: frozenset[str] = frozenset()
    these: frozenset[str] = frozenset()
    of: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    relatives: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    reports: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    owns: frozenset[str] = frozenset()
    narrows: frozenset[str] = frozenset()
    does: frozenset[str] = frozenset()
    harmless: frozenset[str] = frozenset()
    compounds: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    signs: frozenset[str] = frozenset()
    sums: frozenset[str] = frozenset()
    already: frozenset[str] = frozenset()
    roughly: frozenset[str] = frozenset()
    concerns: frozenset[str] = frozenset()
    nearly: frozenset[str] = frozenset()
    excepting: frozenset[str] = frozenset()
    whichever: frozenset[str] = frozenset()
    machines: frozenset[str] = frozenset()
    software: frozenset[str] = frozenset()

    @property
    def denials(self) -> frozenset[str]:
        """The words by which groups of nobody begin: "no", "not", "none"."""
        return frozenset(phrase[0] for phrase in self.groups.get("none", ()))


@dataclass(frozen=True, slots=True)
class Causing:
    """The small words by which a language tells since whose change something is so.

    After one of `since` ("since your update") or in a sentence after the deed, one that begins with
    one of `thereafter` ("since then"), the `vendor` ("you", "your") or the `customer` ("we", "our")
    is the maker; so he is after one of `by`. `changes` are how words for changes end. `have` are
    the auxiliaries after a participle, which does not tell of one of the `events` that nobody makes
    ("noticed", "received"). A sentence with one of the `doubts` ("whether") settles nothing.
    Where a language has the verb soon after who acts, `deeds` are forms of verbs for changes
    ("moved").
    """

    since: frozenset[str] = frozenset()
    thereafter: frozenset[str] = frozenset()
    vendor: frozenset[str] = frozenset()
    customer: frozenset[str] = frozenset()
    by: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    have: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    doubts: frozenset[str] = frozenset()
    deeds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stopgap:
    """The words by which a language tells what people do meanwhile, in place of what fails.

    `deeds` are forms of verbs for it ("write", "send"); one of the `doers` ("we") or of the words
    for people does it, and a word of `meanwhile` ("now", "by hand") is beside it. A word of
    `strongly` ("for the time being") needs no doer. With one of `never` it is something else.
    After one of `thereby` ("so", "that way") one of the deeds that are done `often` ("do", "take")
    says so by itself. What works by one of the `instruments` ("with", "over") can be used instead.
    A deed after one of `infinitive` ("to") is not done yet, where a language says it so.
    Where a language has the verb right after who acts, `adverbs` are what may stand between, and
    without one of them a deed that ends in one of `past` was done once.
    All are as they are written, in lower case.
    """

    deeds: frozenset[str] = frozenset()
    doers: frozenset[str] = frozenset()
    meanwhile: frozenset[str] = frozenset()
    strongly: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    infinitive: frozenset[str] = frozenset()
    thereby: frozenset[str] = frozenset()
    often: frozenset[str] = frozenset()
    instruments: frozenset[str] = frozenset()
    adverbs: frozenset[str] = frozenset()
    past: frozenset[str] = frozenset()


GROUPS = ("all", "many", "some", "single", "none")
"""The groups of people that a language's counting tells apart."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A language's phrases, as written, with their meanings.

    `rewrites` maps a word to the words it is read as (a contraction, a typing error), or to
    nothing for an article or a filler: these are left out of texts and phrases alike, and a
    phrase that would lose one of the `fillers`, or all words but one, is not used. `folds`
    replaces letters; `unmarked` says how marked letters are written by who cannot type them.
    `openings` are by their words. An unknown word that ends with one of the `heads` is read as
    that, with what comes before it if that is one of the `modifiers`. With `negation_after`, a
    negation may follow the verb that it negates (German, Swedish). `development` are words for
    builds, deploys and the like; with those of them or beside them that are `development_at_large`
    ("deploys", "unable") all are meant. `digest`
    identifies what it was read from; without one, nothing made of it is kept.
    """

    language: str
    name: str
    phrases: Mapping[str, tuple[Meaning, ...]]
    frames: tuple[Frame, ...] = ()
    sequences: Listed[Sequence] = ()
    rewrites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fillers: frozenset[str] = frozenset()
    numbers: Mapping[str, float] = field(default_factory=dict)
    counting: Counting = Counting()
    causing: Causing = Causing()
    stopgap: Stopgap = Stopgap()
    folds: Mapping[str, str] = field(default_factory=dict)
    unmarked: Mapping[str, str] = field(default_factory=dict)
    stopwords: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    verbs: Verbs = Verbs()
    development: frozenset[str] = frozenset()
    development_at_large: frozenset[str] = frozenset()
    openings: Mapping[tuple[str, ...], Opening] = field(default_factory=dict)
    heads: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    negation_after: bool = False
    mail: Mail = Mail()
    digest: str = ""

    def words(self) -> Iterator[str]:
        """Yield the words that are in lists of their own, and in no phrase."""
        for phrases in (self.openings, *self.counting.groups.values()):
            for phrase in phrases:
                yield from phrase
        for lists in (self.verbs, self.counting, self.causing):
            for each in fields(lists):
                found = getattr(lists, each.name)
                if isinstance(found, frozenset):
                    yield from found
        yield from self.numbers
        yield from self.prepositions
        yield from self.development
