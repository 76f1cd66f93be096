"""Swedish: what its order of words and its small words say of what happens, and what not."""

from __future__ import annotations

import pytest

from adjudge.evidence import LexiconExtractor
from adjudge.model.fact import plain
from adjudge.reading.lexicon import load_lexicons

SAID = [
    # A condition that only the order of words shows: what would come of trouble is supposed.
    ("Går produktionsklustret ner kan ingen av våra kunder betala.", "", "functional_impact"),
    ("Dör databasen i helgen förlorar vi allt.", "", "functional_impact data_impact"),
    ("Går något snett står hela vår webbutik still.", "", "functional_impact"),
    ("Fungerar inte inloggningen kan ingen jobba.", "", "functional_impact users_affected"),
    ("Om produktionsklustret går ner kan ingen betala.", "", "functional_impact users_affected"),
    ("Ligger appen nere tappar vi kunder.", "", "functional_impact business_impact"),
    ("Om en användare öppnar rapporten kraschar appen.", "functional_impact=unavailable", ""),
    ("Klickar man på spara kraschar appen.", "functional_impact=unavailable", ""),
    ("Kommer inga samtal fram, kan ni titta på det.", "functional_impact=unavailable", ""),
    (
        "Kraschar appen när användarna loggar in och kan inte startas om.",
        "functional_impact=unavailable",
        "",
    ),
    ("Kraschar noden, startar då alla containrar om?", "", "functional_impact"),
    ("Fungerar inte inloggningen, kan ni hjälpa oss?", "functional_impact=unavailable", ""),
    ("Det vore en katastrof om inspelningarna försvann.", "", "data_impact functional_impact"),
    # Denied and reported.
    ("Det stämmer inte att produktionen ligger nere.", "", "functional_impact"),
    ("Vi påstår inte att ni har tappat data.", "", "data_impact"),
    ("Någon på forumet hävdade att exporten tappar rader.", "", "functional_impact data_impact"),
    ("Ryktet går att ni lägger ner produkten. Stämmer det?", "", "business_impact"),
    (
        "Vi har inte märkt av några avbrott. Hur förlänger vi certifikatet?",
        "request_type=how_to",
        "",
    ),
    # What is over.
    ("Nu är allt som vanligt.", "functional_impact=none request_type=information", ""),
    ("Exporten laddade inte. Nu är allt som vanligt.", "functional_impact=none", ""),
    ("Dashboarden är nere. Annars är allt som vanligt.", "functional_impact=unavailable", ""),
    ("Exporten krånglar inte längre.", "functional_impact=none request_type=information", ""),
    ("Databasen är inte längre nere.", "functional_impact=none", ""),
    ("Rapporten är inte trasig längre.", "functional_impact=none", ""),
    ("Felet syns inte längre.", "functional_impact=none", ""),
    ("Exporten laddar inte längre.", "functional_impact=unavailable", ""),
    (
        "Rapporten laddar inte. Exporten krånglar inte längre.",
        "functional_impact=unavailable",
        "",
    ),
    ("Vi hoppas att exporten inte krånglar längre.", "", "functional_impact"),
    ("Avbrottet är över, samtliga butiker är tillbaka.", "functional_impact=none", ""),
    ("Problemet är tillbaka. Exporten laddar inte.", "functional_impact=unavailable", ""),
    ("Synkningen strular inte mer sedan ni bytte nyckel.", "functional_impact=none", ""),
    ("Appen hänger sig inte längre när vi öppnar foton.", "functional_impact=none", ""),
    (
        "Inte förrän vi startade om telefonen gick det att ringa. Hur byter man ton?",
        "request_type=how_to",
        "functional_impact",
    ),
    # What stopped a moment ago still does, unless the sentence says that it goes again.
    ("Exporten slutade fungera i går.", "functional_impact=unavailable", ""),
    ("I går slutade exporten fungera.", "functional_impact=unavailable", ""),
    ("Förra veckan slutade exporten fungera.", "", "functional_impact"),
    ("Exporten slutade fungera i går. Nu fungerar den igen.", "functional_impact=none", ""),
    ("Exporten slutade fungera i går, det är åtgärdat.", "functional_impact=none", ""),
    (
        "Exporten slutade fungera i går men kom igång efter en timme.",
        "",
        "functional_impact=unavailable",
    ),
    ("Nu är exporten nere igen.", "functional_impact=unavailable", ""),
    ("Hoppas allt är bra. Hur byter man ikon?", "request_type=how_to", "functional_impact"),
    (
        "Det gäller samtliga i kundtjänst. De kan inte ringa.",
        "users_affected=some functional_impact=unavailable",
        "",
    ),
    # A verdict is on what it stands beside, or on what is written, and not on the worse problem.
    (
        "Logotypen har fel färg, en småsak. Värre är att inga formulär går att skicka in.",
        "affected_function=important_function functional_impact=unavailable",
        "",
    ),
    (
        "En liten detalj: databasen är nere.",
        "affected_function=critical_function functional_impact=unavailable",
        "",
    ),
    (
        "Inget allvarligt, men checkouten ger felkod 500.",
        "affected_function=critical_function functional_impact=unavailable",
        "",
    ),
    (
        "En liten sak, men exporten är nere.",
        "affected_function=important_function functional_impact=unavailable",
        "",
    ),
    ("Rapporten seg // Fungerar inte alls.", "", "functional_impact=slow"),
    ("Rapporten är seg // Nu går den inte ens att öppna.", "", "functional_impact=slow"),
    # The denial stands before the verb in a clause.
    ("Vi ser att exporten inte går.", "functional_impact=unavailable", ""),
    ("Vi ser att exporten inte går sönder.", "", "functional_impact=unavailable"),
    ("Inte heller i dag kan någon av agenterna ringa ut.", "users_affected=all", ""),
    ("Checkouten på vår sajt är nere.", "affected_function=critical_function", ""),
    # Everyday words.
    ("Det är nog bara jag som är trött, men inga rapporter går att öppna.", "", "users_affected"),
    ("Personalen i produktionen behöver utbildning.", "request_type=training", "environment"),
    ("Vi kör produktion i tre skift. Hur lägger man scheman?", "", "environment"),
    ("Kurvan går ner på sommaren. Hur exporterar man den?", "", "functional_impact"),
    ("Databasen är borta.", "functional_impact=unavailable", "data_impact"),
    ("Databasen är raderad.", "data_impact=major", ""),
    # Where: said by the way, and where it does not happen.
    ("Vi kör skarpt sedan i måndags och nu svarar inte databasen.", "environment=production", ""),
    ("QA-miljön är seg, produktionen rör det inte.", "environment=test", ""),
    # A suspicion is one, and no break-in.
    ("Vi misstänker ett intrång.", "security_impact=suspected request_type=incident", ""),
    ("Vi misstänker ett pågående dataintrång.", "security_impact=suspected", ""),
    ("Intrånget är bekräftat.", "security_impact=confirmed", ""),
    ("Intrånget är bekräftat. Det var inget intrång.", "", "security_impact=none"),
]


@pytest.fixture(scope="module")
def extractor() -> LexiconExtractor:
    return LexiconExtractor(load_lexicons())


@pytest.mark.parametrize(("ticket", "read", "unread"), SAID)
def test_said_in_swedish(extractor: LexiconExtractor, ticket: str, read: str, unread: str) -> None:
    subject, _, body = ticket.rpartition(" // ")
    facts = extractor.extract(subject, body, "sv").facts
    found = {name: str(plain(evidence.value)) for name, evidence in facts.items()}
    for claim in read.split():
        name, _, value = claim.partition("=")
        assert found.get(name) == value, found
    for claim in unread.split():
        name, _, value = claim.partition("=")
        assert name not in found or (value and found[name] != value), found


@pytest.mark.parametrize(("ticket", "read", "unread"), SAID[:10])
def test_a_region_changes_nothing(
    extractor: LexiconExtractor, ticket: str, read: str, unread: str
) -> None:
    assert extractor.extract("", ticket, "sv-SE") == extractor.extract("", ticket, "sv")
