"""Ruleset files that are wrong: every problem is found, with its place; none ends in a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import adjudge
from adjudge.findings import Finding, InputError, did_you_mean
from adjudge.reading.library import find_ruleset
from adjudge.reading.nodes import MAX_BYTES
from adjudge.reading.policy import read_policies
from adjudge.source import Source
from conftest import HEAD, ruleset_of

Codes = Callable[[str], list[str]]


def criterion(when: str, rest: str = "") -> str:
    return f"{HEAD}criteria:\n  - {{id: c, level: P1, because: b, when: {when}{rest}}}\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + "title: again\n", "duplicate-key"),
        (criterion("{environmnt: production}"), "unknown-fact"),
        (criterion("{environment: prodution}"), "value-outside-domain"),
        (criterion("{users_affected_percent: 101}"), "value-outside-domain"),
        (criterion("{customer_can_resolve: maybe}"), "value-outside-domain"),
        (HEAD.replace("level: P3", "level: P9"), "unknown-level"),
        (criterion("{scheduled_maintenance: no}"), "ambiguous-boolean"),
        (criterion("{environment: [production, off]}"), "ambiguous-boolean"),
        (criterion("{definition: nowhere}"), "unknown-definition"),
        (criterion("{at_least: {count: 3, of: [{environment: test}]}}"), "condition-count"),
        (criterion("{users_affected_percent: {at_least: 9, at_most: 3}}"), "empty-range"),
        (criterion("production"), "condition-shape"),
        (criterion("{any: {environment: test}}"), "condition-shape"),
        (criterion("{technology: dotnet}"), "condition-shape"),
        (HEAD + "criterias: []\n", "unknown-key"),
        (HEAD.replace("title: A sample\n", ""), "missing-key"),
        (HEAD.replace('"1"', "1"), "wrong-type"),
        (HEAD + "facts: {environment: {values: [a]}}\n", "fact-redefined"),
        (HEAD + "facts: {support_plan: {}}\n", "fact-without-values"),
        (HEAD + "definitions: {a: {definition: b}, b: {definition: a}}\n", "circular-definition"),
        (HEAD + "calendars: {c: {zone: Mars/Olympus}}\n", "unknown-zone"),
        (HEAD + "calendars: {c: {zone: UTC, holidays: [31-12]}}\n", "bad-date"),
        (HEAD + "calendars: {c: {zone: UTC, country: XQ}}\n", "unknown-country"),
        (HEAD + "responses: [{id: r, because: b, within: 4h}]\n", "bad-duration"),
        (
            HEAD + "responses: [{id: r, because: b, within: P1D, clock: business_days}]\n",
            "missing-key",
        ),
        (HEAD + "functions: {critical_funktion: {en: [login]}}\n", "unknown-function"),
        (HEAD + "functions: {critical_function: {eo: [ensaluto]}}\n", "unknown-language"),
        (HEAD + "functions: {critical_function: {en: ['*']}}\n", "function-name"),
        (HEAD + "functions: {critical_function: {en: [log* in]}}\n", "function-name"),
        (HEAD + "functions: {critical_function: {en: [Log-in, log in, 7]}}\n", "wrong-type"),
        (HEAD + "functions: {critical_function: {en: [Log-in]}, minor_function: {any: log in}}\n", "function-twice"),  # noqa: E501
        (HEAD.replace("name: Second", "name: Second, also: [first]"), "spelling-twice"),
        (HEAD.replace("name: First", "name: First, also: [Sev 1, p3]"), "spelling-twice"),
        (HEAD + "languages: [se, en]\n", "unknown-language"),
        (HEAD + "languages: [en, sv, en]\n", "language-twice"),
        (HEAD + "replies: {se: {keep: Hej}}\n", "unknown-language"),
        (HEAD + "effective_from: 1 May\n", "bad-date"),
        (HEAD + "residual: [\n", "yaml-syntax"),
        (HEAD + "a: \tb: c\n", "yaml-syntax"),
        ("", "empty-ruleset"),
        ("- a\n- b\n", "ruleset-shape"),
        ("ruleset: " + "[" * 5000 + "]" * 5000, "yaml-too-deep"),
        ("a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*{'a' if not n else f'b{n - 1}'}, *{'a' if not n else f'b{n - 1}'}]\n" for n in range(40)), "yaml-too-many-nodes"),  # noqa: E501
        ("a: &a [*a]\n", "yaml-too-many-nodes"),
        ("a: \x07\n", "yaml-syntax"),
        (f"{HEAD}---\n{HEAD}", "version-twice"),
    ],
)  # fmt: skip
def test_a_problem_is_found(codes: Codes, text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (criterion("{support_plan: gold}"), "fact-without-values"),
        (
            criterion(
                "{any: ["
                + ", ".join(f"{{technology: {{contains: w{n}}}}}" for n in range(21))
                + "]}"
            ),
            "too-many-words",
        ),
        (HEAD + "facts: {all: {values: [a]}}\n", "fact-name-taken"),
        (HEAD + "facts: {seats: {kind: number, minimum: 9, maximum: 1}}\n", "empty-range"),
        (HEAD + "facts: {colour: {values: [red, red]}}\n", "value-twice"),
        (HEAD + "facts: {support_plan: {kind: number}}\n", "fact-redefined"),
        (
            HEAD + 'calendars: {c: {zone: UTC, hours: {opens: "09:00", closes: "24:30"}}}\n',
            "wrong-value",
        ),
    ],
)  # fmt: skip
def test_a_mistake_that_would_be_met_only_when_deciding_is_found_in_the_file(
    codes: Codes, text: str, code: str
) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [HEAD.replace("ruleset: ", "ruleset:"), HEAD + "vendor: a: b\n", HEAD + "vendor: a\n  b: c\n"],
)
def test_a_colon_that_yaml_trips_over_is_told_in_each_way_that_it_comes_about(text: str) -> None:
    with pytest.raises(InputError) as caught:
        ruleset_of(text)
    help = caught.value.findings[0].help or ""
    assert "put a space behind the colon of each key" in help
    assert "quote a text" in help


def test_all_problems_at_once_with_place_line_and_near_name() -> None:
    text = HEAD + (
        "criteria:\n"
        "  - {id: c, level: P4, because: b, when: {environment: prodution}}\n"
        "  - {id: d, level: P1, becuse: b, when: {workaruond: none}}\n"
    )
    with pytest.raises(InputError) as caught:
        ruleset_of(text)
    found = [(f.code, f.span.line if f.span else 0) for f in caught.value.findings]
    assert found == [
        ("unknown-level", 10),
        ("value-outside-domain", 10),
        ("missing-key", 11),
        ("unknown-key", 11),
        ("unknown-fact", 11),
    ]
    message = str(caught.value)
    column = text.splitlines()[9].index("prodution") + 1
    assert f"sample.yaml:10:{column}" in message
    assert "{id: c, level: P4, because: b, when: {environment: prodution}}" in message
    assert "^^^^^^^^^" in message
    assert "did you mean `production`?" in message
    assert "did you mean `because`?" in message


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ('version: "1"', "version: 1", "wrong-type"),
        ('version: "1"\n', "", "missing-key"),
        ("ruleset: sample", "ruleset: A sample", "wrong-value"),
        ("title: A sample", "title: 7", "wrong-type"),
        ("name: First", "name: First, also: [1]", "wrong-type"),
    ],
)
def test_what_is_wrong_with_a_label_hides_no_other_problem(
    codes: Codes, right: str, wrong: str, code: str
) -> None:
    text = criterion("{enviroment: production}")
    assert right in text
    text = text.replace(right, wrong)
    assert sorted(codes(text)) == sorted([code, "unknown-fact"])


def test_versions_without_usable_names_are_not_told_to_be_alike(codes: Codes) -> None:
    text = HEAD.replace('"1"', "1") + "---\n" + HEAD.replace('"1"', "2")
    assert set(codes(text)) == {"wrong-type"}


def test_a_ruleset_with_a_passage_that_nothing_carries_warns() -> None:
    passages = "documents: {p: Policy}\npassages: [{id: one, document: p, gist: g}]\n"
    _, warnings = read_policies(Source("x.yaml", HEAD + passages))
    assert [finding.code for finding in warnings] == ["passage-not-carried"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("languages: [sv, en]\nbecause: {sv: b, en: b}", 11, None),
        ("languages: [sv, en]\nbecause: {se: b, en: b}", 11, "`se` is none of"),
        ("languages: [sv, en]\nbecause: {en: b}", 11, "the text is not there in `sv`"),
        ("languages: [sv, en]\nbecause: {sv: b}", 11, None),
    ],
)
def test_a_text_in_other_languages_than_the_ruleset_warns(
    text: str, line: int, said: str | None
) -> None:
    languages, because = text.split("\n")
    text = f"{HEAD}{languages}\nfloors:\n  - {{id: f, level: P1, when: always, {because}}}\n"
    _, warnings = read_policies(Source("x.yaml", text))
    assert [finding.code for finding in warnings] == ["text-language"] * (said is not None)
    if said is not None:
        assert said in warnings[0].message
        assert warnings[0].span is not None
        assert warnings[0].span.line == line


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        (
            HEAD.replace("id: P1,", "id: Nivå 1,"),
            "`id` cannot be `Nivå 1`",
            "an id is letters of the English alphabet, digits, `.`, `_` and `-`",
        ),
        (
            HEAD.replace("{id: P1, name: First}", "P1"),
            "an entry of `levels` must be keys with values, and not `P1`",
            "for example `id: …`; the keys are `id`, `name`, `also`",
        ),
        (HEAD + "languages: en\n", "`languages` must be a list", "write `[en]`"),
        (
            HEAD + "vendor: {en: Acme}\n",
            "`vendor` must be one text, and not one for each language",
            "only sentences are given by language",
        ),
        (
            HEAD + "reclassification: {downgrade: {consent: customer}}\n",
            "`customer` is no value of `consent`",
            "did you mean `ask_customer`?",
        ),
        (
            HEAD + "replies: {sv: {sänk: Hej}}\n",
            "there is no key `sänk` here",
            "known here: `downgrade`, `upgrade`",
        ),
        *(
            (HEAD + f"{top}: {entry % given}\n", f"`{key}` must be a text{said}", help)
            for top, entry, key in (
                ("floors", "[{id: f, level: P1, when: always, because: %s}]", "because"),
                ("facts", "{go_live: {kind: yes_no, question: %s}}", "question"),
                ("questions", "{environment: %s}", "environment"),
            )
            for given, said, help in (
                ("", ", and is empty", None),
                ("[a]", ", and not a list", None),
                ("7", "", "put it in quotes"),
            )
            if given or key != "question"  # which need not be there
        ),
        (HEAD + "options: [a]\n", "`options` must be keys with values, and not a list", None),
        (
            HEAD + "options: {low: {choices: [a, b], description: d}}\n",
            "the key `default` is missing",
            "add `default:`",
        ),
        (
            HEAD + "facts: {colour: {values: red}}\n",
            "`values` must be a list",
            "write `[red]`",
        ),
        (
            HEAD + "functions: {'whole[str]': 7}\n",
            "`whole[str]` must be keys with values, and not `7`",
            None,
        ),
        (
            HEAD + "facts: {go_live: {kind: boolean}}\n",
            "`boolean` is no value of `kind`",
            "known here: `one_of`, `yes_no`, `number`, `words`",
        ),
        (
            HEAD + "functions: {whole_service: [ledger]}\n",
            "`whole_service` must be keys with values, and not a list",
            None,
        ),
        (
            HEAD + "levels: [" + ", ".join(f"{{id: L{n}, name: L}}" for n in range(18)) + "]\n",
            "`levels` has 18 entries, and at most 16 can be",
            None,
        ),
        (
            HEAD + 'calendars: {c: {zone: UTC, hours: {opens: "8", closes: "17:00"}}}\n',
            "`opens` cannot be `8`",
            'a time of day is `"HH:MM"`',
        ),
        (
            HEAD + "calendars: {c: {zone: UTC, country: Sweden}}\n",
            "there is no country with known holidays `Sweden`",
            "write its two letters of ISO 3166, such as SE",
        ),
        (criterion("{milieu: test}"), "there is no fact `milieu`", "known here: "),
        (
            criterion("{or: [{environment: test}]}"),
            "there is no fact `or`",
            "join conditions with `any`",
        ),
        (
            criterion("{and: [{environment: test}]}"),
            "there is no fact `and`",
            "join conditions with `all`",
        ),
        (
            criterion('{users_affected_percent: ">= 20"}'),
            "`>= 20` is no value of `users_affected_percent`",
            "bounds: `users_affected_percent: {at_least: 5}`",
        ),
        (
            criterion('{scheduled_maintenance: "true"}'),
            "`true` is no value of `scheduled_maintenance`",
            "expected true or false, without quotes",
        ),
        (
            criterion('{users_affected_percent: "20"}'),
            "`20` is no value of `users_affected_percent`",
            "expected a number, without quotes",
        ),
    ],
)
def test_what_is_wrong_is_said_in_words_with_what_would_be_right(
    text: str, message: str, help: str | None
) -> None:
    if text.count("levels:") > 1:
        text = text.replace(HEAD.splitlines(True)[3], "vendor: x\n", 1)
        text = "".join(line for line in text.splitlines(True) if "{id: P" not in line)
        text = text.replace("level: P3", "level: L1")
    with pytest.raises(InputError) as caught:
        ruleset_of(text)
    first = caught.value.findings[0]
    assert first.message == message
    assert first.help == help if help is None else help in (first.help or "")


@pytest.mark.parametrize(
    "rest",
    [
        "facts: {go_live: {kind: boolean}}\npresume: {go_live: {value: true}}\n"
        "floors: [{id: f, level: P1, because: b, when: {go_live: true}}]\n",
        "calendars: {office: {zone: UTC, hours: {opens: 8, closes: '17:00'}}}\n"
        "responses: [{id: r, because: b, within: P1D, clock: business_days, calendar: office}]\n",
        "passages: [{id: one, document: p}]\ndocuments: {p: Policy}\n"
        "floors: [{id: f, level: P1, because: b, when: always, source: one}]\n",
    ],
)
def test_what_names_a_broken_part_is_not_told_that_it_is_not_there(codes: Codes, rest: str) -> None:
    assert len(codes(HEAD + rest)) == 1


@pytest.mark.parametrize(
    ("when", "never"),
    [
        ("{all: [{environment: production}, {environment: staging}]}", True),
        ("{definition: fails, request_type: how_to}", True),
        ("{users_affected_percent: {above: 20}, not: {users_affected_percent: {above: 9}}}", True),
        ("{all: [{not: {technology: {empty: true}}}, {technology: {empty: true}}]}", True),
        ("{any: [{environment: production}, {environment: staging}]}", False),
        ("{definition: fails, request_type: defect}", False),
        ("{all: [{users_affected_percent: {at_least: 20}}, {users_affected_percent: 20}]}", False),
        ("{all: [{technology: {contains: php}}, {technology: {contains: java}}]}", False),
    ],
)  # fmt: skip
def test_a_rule_that_can_never_hold_warns(when: str, never: bool) -> None:
    text = criterion(when) + "definitions: {fails: {request_type: [incident, defect]}}\n"
    _, warnings = read_policies(Source("x.yaml", text))
    assert [finding.code for finding in warnings] == ["rule-never-holds"] * never
    for each in warnings:
        assert each.message.startswith("`c` can never hold: nothing is both `")
        assert each.span is not None
        assert each.span.line == 10


@pytest.fixture
def unreadable(tmp_path: Path) -> dict[str, tuple[Path, str]]:
    (tmp_path / "large.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    (tmp_path / "huge.yaml").write_bytes(b"")
    with (tmp_path / "huge.yaml").open("r+b") as file:
        file.truncate(50 * 1024 * 1024)
    (tmp_path / "latin.yaml").write_bytes(b"ruleset: x\ntitle: caf\xe9\n")
    (tmp_path / "policy.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    (tmp_path / "folder.yaml").mkdir()
    return {
        "large": (tmp_path / "large.yaml", "file-too-large"),
        "50 MB": (tmp_path / "huge.yaml", "file-too-large"),
        "bad UTF-8": (tmp_path / "latin.yaml", "not-utf-8"),
        "a PDF": (tmp_path / "policy.pdf", "not-text"),
        "a directory": (tmp_path / "folder.yaml", "not-a-file"),
        "missing": (tmp_path / "missing.yaml", "file-not-found"),
    }


@pytest.mark.parametrize("what", ["large", "50 MB", "bad UTF-8", "a PDF", "a directory", "missing"])
def test_an_unreadable_file(unreadable: dict[str, tuple[Path, str]], what: str) -> None:
    path, code = unreadable[what]
    with pytest.raises(InputError) as caught:
        adjudge.load(path)
    assert [finding.code for finding in caught.value.findings] == [code]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Sev0", "known here: `Sev1`, `Sev2`, `Question`"),  # as near to one as to the other
        ("sev1", "did you mean `Sev1`?"),
        ("Sev22", "did you mean `Sev2`?"),
        ("Qestion", "did you mean `Question`?"),
        ("P1", "known here: `Sev1`, `Sev2`, `Question`"),
        (5, "known here: `Sev1`, `Sev2`, `Question`"),
    ],
)
def test_a_name_is_guessed_where_one_is_nearest(name: object, said: str) -> None:
    assert did_you_mean(name, ("Sev1", "Sev2", "Question")) == said


def test_an_unknown_ruleset_names_a_near_one() -> None:
    with pytest.raises(InputError, match="did you mean `puppet`"):
        adjudge.load("pupet")


def test_an_option_is_chosen_and_checked() -> None:
    low = adjudge.load("servicenow", options={"low_low": "low"})
    facts = {"impact": "low", "urgency": "low"}
    assert low.decide(facts).level == "low"
    assert adjudge.load("servicenow").decide(facts).level == "planning"
    with pytest.raises(InputError, match="no choice of the option `low_low`"):
        adjudge.load("servicenow", options={"low_low": "lowish"})
    with pytest.raises(InputError, match="has no option `lowlow`"):
        adjudge.load("servicenow", options={"lowlow": "low"})


SHIPPED = [find_ruleset(name).read_text(encoding="utf-8") for name in adjudge.shipped_rulesets()]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_ruleset_is_read_or_explained(data: st.DataObject) -> None:
    """Cut and disturb a real file anywhere: there is a ruleset or findings, never a crash."""
    text = data.draw(st.sampled_from(SHIPPED))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 200)))
    noise = data.draw(st.text(max_size=8))
    findings: tuple[Finding, ...] = ()
    try:
        read_policies(Source("damaged.yaml", text[:start] + noise + text[end:]))
    except InputError as error:
        findings = error.findings
    assert all(finding.render() for finding in findings)
