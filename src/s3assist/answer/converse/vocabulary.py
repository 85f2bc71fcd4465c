"""Kinds of English words, as far as they tell what a question is about."""

from __future__ import annotations

import re

from s3assist.index.terms import QUESTION_WORDS
from s3assist.ingest.dates import MONTHS

SURE_LINKS = frozenset("of for de du des la le & van der den".split())
"""Words that join two capitalised words into one name; ``and`` would join two names."""
AUXILIARIES = frozenset(
    """is are was were be been do does did has have had can could will would shall should may might
    must am isn't aren't wasn't weren't don't doesn't didn't can't couldn't won't wouldn't hasn't
    haven't""".split()
)
ACTIVE = frozenset(
    """do does did can could will would shall should may might must don't doesn't didn't can't
    couldn't won't wouldn't""".split()
)
"""Auxiliaries that a subject and then a verb follow."""
FUNCTION_WORDS = (
    QUESTION_WORDS
    | AUXILIARIES
    | frozenset(
        """about above abroad across after against all along already although always among
        another around as away back because before behind below besides between beyond
        both but cannot compare compared couldn't despite down during each either else
        enough even ever every example first further get gets give given go going got he
        her here hers him his however i'm instead isn it's kind last least less let's long
        made main make makes many me mean meant mine more most much name need neither
        never new next none nor now off often ok okay old once one's ones only onto other
        others ours out over own per perhaps please rather really s same say says she show
        since so something sort still such sure t take takes thanks that's theirs then
        there's thing things though through thus together too toward towards type types
        until up upon used using via want wants way ways well whether within without yes
        yet""".split()
    )
)
NAMELESS = FUNCTION_WORDS.union(month.casefold() for month in MONTHS)
"""Words whose capital makes no name of them."""
PARTICIPLE = re.compile(
    r"^(?:\w{2,}(?:ed|ing)|made|set|given|spent|meant|held|kept|paid|built|known|run|took|taken|won"
    r"|became|began|chose|chosen|wrote|led|got|ran|said)$"
)
ORDINALS = {
    word: str(number)
    for number, word in enumerate(
        """first second third fourth fifth sixth seventh eighth ninth tenth eleventh
        twelfth""".split(),
        start=1,
    )
}
"""Each with its number."""
BARE_WORDS = frozenset(
    """different good bad rest typical possible important new available few little long short large
    small big high low late early quick fast slow far near right wrong best better worst worse free
    true false sure certain usual twice anyway otherwise difference reason case part lot idea thing
    point number amount total year years date time question answer today tomorrow yesterday people
    extra whole single several average end place round latter former similar anything something
    nothing largest biggest smallest highest lowest sorry two three four five six seven eight nine
    ten""".split()
).union(ORDINALS)
"""Words that say nothing alone."""
GENERIC = frozenset("sme smes eu eu's gdp gva r&d r&i rdi r&d&i ngo ngos fte ftes".split())
"""Acronyms that are common words: a question that has one has not named what it is about."""
MEASURES = frozenset(
    """share shares percentage percent proportion portion quota amount limit limits maximum minimum
    ceiling threshold rate eligible""".split()
)
"""What only something else can have or be: ``What share goes to SMEs?``"""
VERBS = frozenset(
    """agree add allow appear appoint apply approve arrive ask bear become begin belong bring build
    buy choose come consist contain continue decide depend describe develop disagree differ earn
    elect employ exist expect feel fill find follow forbid forget get go grow happen hear hire hold
    improve include intend invite join keep know learn leave live lose mean meet need obtain occur
    owe own pay prefer prevent protect prove provide put reach receive recommend reduce reject
    remain remove replace require resign say seem sell send separate serve settle sit solve speak
    spend stay succeed suggest teach tell think try turn understand wait win wish write""".split()
)
"""Verbs that are hardly ever nouns: they end a phrase."""
PAST = frozenset(
    """bore became began brought built bought chose came dealt felt found forgot got went grew heard
    held kept knew left lost meant met owed paid put said sold sent sat spoke spent taught told
    thought tried understood won wrote borne chosen forgotten grown known""".split()
)
UNITS = frozenset("eur usd gbp chf sek twh gwh mwh kwh gw mw km ha".split())
"""Capitals that name nothing."""

NATIONS = dict(
    pair.split("/")
    for pair in """austria/austrian belgium/belgian bulgaria/bulgarian croatia/croatian
    cyprus/cypriot czechia/czech denmark/danish estonia/estonian finland/finnish france/french
    germany/german greece/greek hungary/hungarian ireland/irish italy/italian latvia/latvian
    lithuania/lithuanian luxembourg/luxembourgish malta/maltese netherlands/dutch poland/polish
    portugal/portuguese romania/romanian slovakia/slovak slovenia/slovenian spain/spanish
    sweden/swedish norway/norwegian iceland/icelandic switzerland/swiss ukraine/ukrainian
    moldova/moldovan georgia/georgian serbia/serbian albania/albanian türkiye/turkish
    scotland/scottish wales/welsh england/english britain/british europe/european
    catalonia/catalan bavaria/bavarian""".split()
)
"""Countries with their adjectives: who goes back to Finland means the Finnish database."""
REGIONS = """montenegro bosnia kosovo macedonia turkey uk flanders flemish wallonia walloon saxony
    andalusia galicia navarre basque lombardy tuscany brittany silesia mazovia skåne scania uusimaa
    liechtenstein eu brussels""".split()
PLACES = frozenset((*NATIONS, *NATIONS.values(), *REGIONS))
"""What marks a name as that of a place or of what belongs to it."""
BEFORE_VERB = frozenset("who to it they we you i he she".split())
ASKING = frozenset("which what many much whose".split())
