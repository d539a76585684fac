"""The words by which a letter says who writes it, by what they mean: an executor, an heir, an agent, a parent.

Folded, as `spelling.plain` does; writer.py weighs them against each other.
"""

from __future__ import annotations

import re

_KIN = (
    r"(?:pere|papa|mere|maman|mari|epoux|epouse|femme|conjointe?|compagnon|compagne|concubine?|partenaire|"
    r"frere|soeur|sœur|fils|fille|enfant|oncle|tante|"
    r"grand-?mere|grand-?pere|grands?-?parents|mamie|mamy|papi|papy|meme|parrain|marraine|neveu|niece|"
    r"cousine?|beau-?pere|belle-?mere|beau-?frere|"
    r"belle-?soeur|beau-?fils|belle-?fille|amie?|"
    r"father|dad|mother|mum|mom|mam|husband|wife|partner|spouse|brother|sister|son|daughter|child|uncle|"
    r"aunt|auntie|gran|granny|nan|nanna?|grand-?mother|"
    r"grand-?father|grandad|grandma|grandpa|nephew|niece|cousin|friend|step-?(?:father|mother|son|"
    r"daughter)|(?:father|mother|brother|sister)-in-law|"
    r"vater|mutter|mann|frau|ehemann|ehefrau|bruder|schwester|sohn|tochter|oma|opa|onkel|tante|grossmutter|"
    r"großmutter|grossvater|großvater|"
    r"padre|madre|marido|esposo|esposa|mujer|hermano|hermana|hijo|hija|tio|tia|abuelo|abuela|"
    r"marito|moglie|fratello|sorella|figlio|figlia|zio|zia|nonno|nonna|"
    r"vader|moeder|man|vrouw|echtgenoot|echtgenote|broer|zus|zoon|dochter|oom|"
    r"pai|mae|mulher|irmao|irma|filho|filha|avo)"
)
_MY = (
    r"(?:mon|ma|mes|notre|nos|my|our|meine?|meines|meiner|unsere?|unser|mi|nuestr[oa]|mi[oa]|nostr[oa]|"
    r"mijn|ons|onze|o meu|a minha|meu|minha|nosso|nossa)"
)
_DEAD_IS = (
    r"(?:decedee?s?|morte?s?(?! de (?:rire|fatigue|faim|froid|honte))|disparue?|deces|defunte?|partie?|"
    r"eteinte?|(?:nous|m'|m) ?(?:a|as|"
    r"est) ?(?:quitte|quittes|quittee)|s'est eteinte?|s'en est allee?|n'est plus|"
    r"died|dead|deceased|passed(?: away| on)?|passing|death|departed|is no longer with us|lost (?:his|"
    r"her) (?:life|battle)|"
    r"verstorben|gestorben|verstarb|tod|fallecido|fallecida|fallecio|murio|muerto|muerta|muerte|mort[oa]|"
    r"decedut[oa]|scomparso|scomparsa|mancat[oa]|e venuto a mancare|"
    r"overleden|overleed|overlijden|gestorven|faleceu|falecid[oa]|morreu|falecimento)"
)
EXECUTOR = re.compile(
    r"\bexecut(?:eur|rice)s? testamentaires?\b|\b(?:nomme|designe|designee?|"
    r"nommee?) (?:comme )?execut(?:eur|rice)s?\b|\bexecut(?:or|rix)s?\b(?!\?)|\btestamentsvollstrecker(?:in)?\b|"
    r"\balbacea\b|\besecut(?:ore|rice) testamentari[oa]\b|"
    r"\bexecuteur-testamentair\b|\btestamenteiro\b|\bpersonal representatives?\b|"
    r"\b(?:chargee?|designee?|nommee?|named|appointed|mandatee?)\b[^.!?]{0,60}\b(?:executer|execution|"
    r"carry(?:ing)? out|execute)\b[^.!?]{0,40}\b(?:directives?|volontes|wishes|instructions|testament|"
    r"will)\b|"
    r"\b(?:directives?|volontes|instructions)\b[^.!?]{0,50}\b(?:me designe|m'a designe|me nomme|m'a nomme|"
    r"named me|appointed me|me charge|m'a charge)"
)
OWN_EXECUTOR = re.compile(
    r"\b(?:je (?:designe|nomme|choisis|souhaite|veux|charge)|i (?:appoint|name|nominate|want|would like|"
    r"choose|designate)|mon execut\w+|my execut\w+|ich (?:ernenne|bestimme))\b"
    r"[^.!?]{0,120}$"
)
HEIR = (
    re.compile(
        r"\b(?:deces|disparition|death|passing) (?:de |du |d'|of )(?:m|mme|mlle|madame|monsieur|mr|mrs|ms|"
        r"miss)\b"
    ),
    re.compile(rf"\b{_MY} (?:\w+ ){{0,2}}?{_KIN}\b[^.!?]{{0,90}}\b{_DEAD_IS}(?![\w])"),
    re.compile(
        rf"\b(?:deces|mort|disparition|perte|death|passing|loss|tod|fallecimiento|muerte|morte|scomparsa|"
        rf"decesso|overlijden|falecimento)\b (?:(?:brutale?|recente?|recent|sudden) )?(?:de |du |d'|of |"
        rf"von |di |del |della |van |da |do )?(?:\w+ )?{_MY} (?:\w+ ){{0,2}}?{_KIN}\b"
    ),
    re.compile(
        rf"\b(?:feue?|defunte?|late|deceased|verstorbene[nrs]?|difunt[oa]|defunt[oa]|overleden|"
        rf"falecid[oa])\b (?:\w+ )?{_KIN}\b"
    ),
    re.compile(rf"\b{_KIN}\b,? (?:aujourd'hui )?(?:decedee?|defunte?|disparue?|deceased)\b"),
    re.compile(
        r"\b(?:la |sa |cette |une |the |her |his )?(?:succession (?:de|du|d')|estate of|nachlass|"
        r"erbe[n]? (?:von|nach)|herencia|eredita|nalatenschap|heranca)\b"
    ),
    re.compile(
        r"\b(?:regle(?:r|ment)|liquid\w+|settle|settling|handling|sorting out|administ\w+|charge\w* de|"
        r"en charge de|ouverture de)\b[^.!?]{0,40}\b(?:succession|estate|nachlass|heritage)\b"
    ),
    re.compile(
        r"\b(?:je suis|nous sommes|en (?:ma |notre )?qualite d[e']|en tant qu[e']|comme|as|i am|i'm|we are|"
        r"ich bin|als|soy|sono|ben|sou)\b ?(?:\w+ ){0,3}?(?:l'|d')?(?:co-?)?(?:heritiere?s?|"
        r"ayants?[ -]droits?|heirs?|next of kin|erbin|erbe|hereder[oa]s?|ered[ei]|erfgenaam|herdeir[oa]s?|"
        r"legataire)\b"
    ),
    re.compile(r"\b(?:heritiere?s?|legataires?|ayants?[ -]droits?|heirs?) (?:de|du|d'|of|to) (?!moi|me)"),
    re.compile(
        rf"\b(?:sole|only) heir\b|\b(?:i|i've|i have|we|we've|j'ai|nous avons) (?:just |recently )?(?:lost|"
        rf"perdu) {_MY} {_KIN}\b(?!'s)"
    ),
    re.compile(r"\bmortes? (?:le|en|au|a|il y a|hier|cette|l'an|ce) "),
    re.compile(
        r"\b(?:veuve|veuf|widow|widower) (?:de|d'|of) |\b(?:en tant que|en qualite de|comme|as (?:his|her|"
        r"the)) (?:veuve|veuf|widow|widower)\b"
    ),
    re.compile(
        r"\b(?:m\.|mme|mr|mrs|ms|monsieur|madame|m)\b ?[\w' -]{2,50},? (?:(?:qui |who )?est |a ete |etait |"
        r"has |vient d'etre |vient de )?(?:decedee?|mourir|disparaitre|died|passed away|deceased)\b"
    ),
    re.compile(r"\b(?:the late|feu|feue)\b (?:m\.|mme|mr\.?|mrs\.?|ms\.?|monsieur|madame)?"),
    re.compile(
        rf"\b(?:papa|maman|mamie|mamy|papy|papi|mum|dad|granny|nana|grandad|grandma|grandpa|oma|"
        rf"opa)\b[^.!?]{{0,60}}\b{_DEAD_IS}(?![\w])"
    ),
    re.compile(rf"\b(?:est|was|is) (?:decedee?|morte?|died|dead)\b[^!?]{{0,60}}\b{_MY} {_KIN}\b"),
    re.compile(
        r"(?:\bdecedee?s?|\bdied|\bpassed away|\bverstorben|\bgestorben|\bfallecio|\bfallecid[oa]|"
        r"\bdecedut[oa]|\boverleden|\bfaleceu)\b,? (?:ab intestat |brutalement |suddenly |"
        r"peacefully )?(?:le|en|au|il y a|depuis|hier|cette|l'an|la semaine|on|in|last|this|two|three|a|am|"
        r"im|el|hace|il|op|vorig\w*|em|no|na) "
    ),
    re.compile(
        r"\b(?:acte|certificat|avis) de deces\b|\bdeath certificate\b|\bsterbeurkunde\b|"
        r"\bcertificado de defuncion\b|\bcertificato di morte\b|\boverlijdensakte\b|\bcertidao de obito\b"
    ),
)
#: A will is somebody's.
OF_SOMEBODY = re.compile(
    rf"\b(?:he|she|his|her|hers|him|they|their|son|sa|ses|lui|elle|il|leurs?|sein\w*|ihr\w*|sua?|suoi|seus?|zijn|haar|"
    rf"dele|dela|late|feue?|estate|succession|nachlass|testament|(?:the|a|last|his|her) will|wishes|directives?|"
    rf"volontes|"
    rf"m|mme|mlle|mr|mrs|ms|miss|dr|madame|monsieur|herrn?|frau|sra?|{_DEAD_IS})\b|\b{_MY} (?:\w+ ){{0,2}}?{_KIN}\b"
)
#: One's own death, which is still to come.
OWN_DEATH = re.compile(
    r"\b(?:mon deces|ma mort|ma disparition|my death|my passing|when i die|if i die|si je (?:meurs|decede)|"
    r"apres moi|my own death|mein(?:en|em)? tod|mi muerte|mia morte|mijn dood|mijn overlijden|minha morte|"
    r"(?:when|once) i(?:'m| am) (?:dead|gone)|je ne serai plus|quand je (?:partirai|mourrai|serai))"
)
#: Whom one may help with their letters: relatives, and those next door.
_SOMEBODY = rf"(?:{_KIN}|neighbou?r|flatmate)"
_TITLE = r"(?:m|mme|mlle|madame|monsieur|mr|mrs|ms|miss|dr)"
#: The person helped, as a letter names them.
_ANOTHER = rf"(?:{_MY} (?:[\w-]+ ){{0,2}}?{_SOMEBODY}\b|{_TITLE} (?!who\b))"
#: What a helper is asked to do; what a customer does for themselves (buy, return, recommend) is none of it.
_TO_WRITE = (
    r"(?:write|tell|contact|ask|e-?mail|send|answer|reply|deal with|handle|see to|get in touch|let you know|pass|"
    r"forward|inform|request)\b"
)
AGENT = (
    # whose they act for: a client, a member, a principal
    re.compile(
        r"\b(?:mon|ma|mes|notre|nos|my|our|the|unsere?n?|unser|meine?[nr]?|mi|nuestr[oa]|il mio|"
        r"la mia|mijn|onze) (?:client(?:e|es|s)?\b(?! (?:area|account|service|number|id|care|space|"
        r"espace|card|file|record|profile|history|status))|mandante?s?\b|mandant(?:e|in)\b|mandanti(?:n)?\b|"
        r"principal\b|mandant\b|assistit[oa]|"
        r"klant\b|cliente\b)"
    ),
    re.compile(
        rf"\bvotre cliente? ?[:,]? ?{_TITLE}\b|(?<!est )(?<!ete )\bnotre (?:adherente?|protegee?|usagere?)\b|"
        rf"\b(?:pour|de) (?:mon|ma) (?:adherente?|protegee?|usagere?)\b|\bour member,? {_TITLE}\b|\bdata subject ?:"
    ),
    # that they act for somebody, and how: represent, assist, write for
    re.compile(
        r"\b(?:je represente|nous representons|i represent|we represent|(?:i|we) act (?:for|on)|(?:i am|"
        r"we are|i'm) (?:acting|instructed|writing) (?:for|by|on behalf)|acts? for|acting for|agissant (?:pour|"
        r"au nom|en qualite de)|j'agis (?:pour|au nom)|ich vertrete|"
        r"wir vertreten|represento|rappresento|vertegenwoordig|"
        rf"(?:represente|accompagn(?:e|ons)|assist(?:e|ons)|interven(?:ons|ant) pour) {_TITLE}\b)"
    ),
    re.compile(
        r"\b(?:ecris|ecrivons|contacte|contactons|adresse|writing|write|schreibe|escribo|scrivo|schrijf|"
        r"escrevo) "
        r"(?:\w+ ){0,4}?(?:pour|de la part de|a la demande de|a la place de|for|on behalf of|at the request of|fur|"
        rf"por|per|voor) {_MY} (?:\w+ )?{_SOMEBODY}\b|"
        rf"\b(?:ecri\w*|ecrit|ecrivons)\b[^.!?]{{0,30}} pour {_TITLE}\b|"
        rf"\b(?:write|writing) (?:to you )?(?:for|at the request of) {_TITLE}\b"
    ),
    re.compile(
        r"\b(?:pour le compte d[eu']|(?<!carte )(?<!compte )(?<!commande )(?<!facture )(?<!colis "
        r")(?<!bancaire )(?<!est )(?<!mis )au nom (?:et pour le compte )?de (?:mon|ma|notre|m |mme|madame|"
        r"monsieur|me )|on behalf of (?!imera|you\b|your)|for and on behalf|im namen (?:von|meine[rs]?|"
        r"unsere[rs]?)|im auftrag|in (?:ihrem|seinem) namen|en (?:nombre|representacion) de|en su nombre|"
        r"per conto di|a nome di|a suo nome|namens|uit haar naam|em (?:nome de|seu nome)|"
        r"(?:dans l'interet|les interets) de (?!tous|chacun|la societe))"
    ),
    re.compile(
        r"\b(?:on (?:her|his|their|its) behalf|in (?:her|his|their) stead|at (?:her|his) request|"
        r"(?:write|writing|written) (?:\w+ ){0,3}in (?:her|his|their) (?:name|place)|"
        r"(?:en|a) son nom(?! de)\b(?= et avec|,| avec)|de sa part et avec|sa demande en son nom|"
        r"(?:ecris|ecrire|ecrivons|contacte|adresse) (?:pour elle|pour lui|a sa place|a sa demande|de sa part|"
        r"en son nom)|(?:ecri\w+|demande|adresse|contacte)\b[^.!?]{0,60} avec son (?:accord|autorisation)|"
        r"with (?:her|his|their) (?:\w+ )?(?:permission|consent|agreement|authority|authori[sz]ation))"
    ),
    # who asked, charged or empowered them
    re.compile(
        rf"\b{_MY} (?:\w+ )?{_SOMEBODY}\b[^.!?]{{0,80}}\b(?:me (?:demande|prie) de|"
        rf"(?:asks|asked|wants|wanted|would like) me to {_TO_WRITE})|"
        rf"\b(?:{_TITLE} [\w' -]{{2,50}}|who [^.!?]{{2,60}}),? has asked me to {_TO_WRITE}"
    ),
    re.compile(
        r"\b(?:she|he) (?:has )?(?:asked|instructed|authori[sz]ed|charged|mandated) (?:me|us) to|"
        r"\bhas asked us to\b|\b(?:she|he) has mandated\b|"
        r"\bhas (?:mandated|authori[sz]ed|empowered|instructed) us\b|\bthe heirs have instructed\b|"
        r"\b(?:mandated|instructed|engaged|retained) by\b|"
        rf"\bauthori[sz]ed by (?:the (?:individual|person|user|consumer|customer|data subject)\b|{_TITLE}\b)|"
        r"\bauthori[sz]ed (?:representative|agent|request)|\b(?:individual|person|consumer|user) named "
        r"(?:below|hereunder)\b|\bdeletion request for its user\b|"
        r"\b(?:has|have) (?:given|granted|signed) us (?:a |his |her |their )?(?:mandate|authority|power)\b|"
        r"\bnous (?:a|ont) (?:donne|signe|confie|remis) (?:un |son |sa |une |leur )?(?:mandat|pouvoir|procuration)\b|"
        r"\bnous a confie (?:ce|cette|sa|son)\b"
    ),
    re.compile(
        r"\b(?:me charge d|(?:m'a|nous a) charge|(?:m'a|nous a) mandatee?s?|(?:m'a|nous a) consulte|"
        r"m'a (?:demande|prie) (?:de vous|d'ecrire|de faire)|m'autorise a|m'a autorise|"
        r"hat mich (?:beauftragt|gebeten)|me ha (?:pedido|encargado)|"
        r"mi ha (?:chiesto|incaricat)|heeft mij gevraagd|pediu-me)"
    ),
    # the paper that says so
    re.compile(
        r"\b(?:mandatee?s? par|mandate (?:signe|ci-joint|joint|from|attached|enclosed)|mandat (?:signe|"
        r"ci-joint|joint|de (?!prel)|en piece|que)|procuration(?! (?:de ma part|a (?:mon|ma|un|une)))|"
        r"power of attorney|signed (?:authority|authori[sz]ation|mandate)|letter of authority|vollmacht|"
        r"poder notarial|procura\b|volmacht|procuracao|"
        r"pouvoir (?:signe|ci-joint|joint|special)|ayant (?:recu )?mandat|titulaire d'un mandat)|"
        r"\b(?:son|sa|leur) (?:pouvoir|mandat|procuration)\b[^.!?]{0,60}\bjointe?s?\b|"
        r"\b(?:his|her|their) (?:form of |signed |written )?(?:authority|mandate|authori[sz]ation)\b[^.!?]{0,40}"
        r"\b(?:attached|enclosed)\b"
    ),
    # lawyers, and whom a court appoints
    re.compile(
        r"\bje suis (?:le conseil|l'avocate?|le mandataire|la mandataire|la tutrice|le tuteur|le curateur|"
        r"la curatrice|l'assistante? sociale)|\bconseil de (?:m |mme|madame|monsieur)|"
        r"(?<!mon )(?<!notre )(?<!un )(?<!my )(?<!our )(?<! a )\b(?:avocate?s?|solicitors?|counsel|"
        r"lawyer),? (?:de|des|du|d'|pour|for|of) (?!famille|"
        r"justice|l'entreprise)"
    ),
    re.compile(
        r"\b(?:sous (?:tutelle|curatelle)|habilitation familiale|mandataire judiciaire|under guardianship|"
        r"court[- ]appointed deputy|betreuer(?:in)?)\b|"
        rf"\b(?:guardian|deputy) (?:of|for) {_TITLE}\b"
    ),
)
#: What one does for somebody who cannot: it makes an agent where that person is spoken of, not where one only
#: says what one does.
HELPER = (
    re.compile(
        r"\b(?:i am|i'm|as|been|was) (?:(?:now|also|the|an?|his|her|their|court[- ]appointed|appointed|acting) ){0,3}"
        r"(?:[\w-]+ )?(?:carer|caregiver|assistant|secretary|deputy|guardian|interpreter|translator|housekeeper|"
        rf"support worker|social worker|key ?worker|attorney) (?:of|for|to) {_ANOTHER}"
    ),
    re.compile(
        r"\bi (?:(?:am|also|often|always|usually) )?(?:translat(?:e|ing)|interpret(?:ing)?|"
        r"(?:do|doing) (?:(?:the|all|online|weekly|internet) )*(?:shopping|correspondence|post|letters|paperwork|"
        r"ordering)(?: online)?|run(?:ning)? (?:the )?errands|order things) for "
        rf"{_ANOTHER}|"
        r"\b(?:look(?:ing)?|see(?:ing)?) (?:after|to) the (?:\w+ )?(?:affairs|correspondence|post|letters|paperwork) "
        rf"(?:of|for) {_ANOTHER}|"
        rf"\bhelp(?:ing)? {_ANOTHER}[^.!?]{{0,40}} with (?:his|her) (?:letters|post|correspondence|paperwork|e-?mails)"
    ),
)
NO_AGENT = re.compile(
    r"\b(?:ma|mon|my) client(?:e)?\b (?:fidele|depuis|numero|n°)|"
    # a firm has no personal data
    r"\b(?:(?:we|i) act|acting|agissons|agissant|intervenons) (?:for|on behalf of|pour|au nom de) (?:the company |"
    r"la societe )?"
    r"(?:[\w&'.-]+ ){1,4}(?:ltd|limited|plc|inc|llc|gmbh|sarl|sas|sa|bv|srl)\b"
)
_CHILD = (
    r"(?:fils|fille|enfants?|gamine?|petite?|ado(?:lescente?)?|son|daughter|child|children|kid|toddler|"
    r"teen(?:ager)?|boy|girl|lad|lass(?:ie)?|little one|youngest|eldest|twins?|sohn|tochter|kind|hijo|hija|"
    r"figlio|figlia|bambin[oa]|"
    r"zoon|dochter|kind|filho|filha|pupille)"
)
_YEARS = (
    r"(?:1[0-7]|[1-9]|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen)"
)
_AGE = (
    r"(?:(?:1[0-7]|[1-9]) ?(?:ans|years? old|years|ans et demi|yo|jahre|anos|anni|jaar|year-old|-year-old)|"
    rf"aged {_YEARS}\b|(?:is|turned|just) (?:only |just |still )?{_YEARS}(?=[.,;:)!?]| (?:and|but|in|last|next|"
    rf"years?)\b)|"
    r"is (?:only )?(?:1[0-7]|[1-9])\b|mineure?s?|"
    r"minors?\b|in year (?:[1-9]|1[0-3])\b|year (?:[1-9]|1[0-3])\b|under ?age|under (?:1[0-8])|"
    r"minderjahrig\w*|minorenne|menor(?: de edad| de idade)?|"
    r"minderjarig\w*|(?:onze|douze|treize|quatorze|quinze|seize|dix-sept|dix|neuf|huit|sept|eleven|twelve|"
    r"thirteen|fourteen|fifteen|sixteen|seventeen|ten|nine|eight) (?:ans|years?))"
)
PARENT = (
    re.compile(rf"\b{_MY} (?:\w+ ){{0,2}}?{_CHILD}\b[^.!?]{{0,120}}\b{_AGE}"),
    re.compile(rf"\b(?:{_AGE})[^.!?]{{0,40}}\b{_MY} (?:\w+ )?{_CHILD}\b"),
    re.compile(
        rf"\b(?:pere|mere|maman|papa|parents?|mum|mom|dad|mother|father) (?:de |d'|du |of |"
        rf"to )[^.!?]{{2,50}}\b{_AGE}"
    ),
    re.compile(
        rf"\b(?:pere|mere|maman|papa|parents?|mum|mom|dad|mother|father) (?:de |d'|du |of |"
        rf"to )[^.!?]{{2,50}}\((?:1[0-7]|[1-9])\)|\b{_MY} (?:\w+ )?{_CHILD}\b[^.!?]{{0,40}}(?:\(|"
        rf", )(?:1[0-7]|[1-9])[),.;:?!]"
    ),
    re.compile(
        rf"\b{_MY} {_AGE}[ -]?(?:old )?{_CHILD}\b|\bmy (?:\w+-year-old|(?:1[0-7]|[1-9])[ -]year[ -]old)"
    ),
    re.compile(
        r"\b(?:autorite parentale|representante? legale?|responsable legale?|parental (?:responsibility|"
        r"authority)|legal guardian|sorgeberechtigte?|erziehungsberechtigte?|patria potestad|"
        r"potesta genitoriale|responsabilita genitoriale|ouderlijk gezag|responsabilidades parentais)\b"
    ),
    re.compile(
        rf"\b{_MY} (?:\w+ ){{0,2}}?{_CHILD}\b[^!?]{{0,120}}\b(?:she|he) is (?:only |just )?{_YEARS}(?=[.,;:)!?]| and\b)"
    ),
    # by what only children are in
    re.compile(
        rf"\b{_MY} (?:\w+ )?{_CHILD}\b[^.!?]{{0,60}}\b(?:kids|kids'|children's|childrens|kid's) (?:club|account|"
        rf"corner)\b|"
        rf"\b{_MY} {_CHILD}'s (?:file|record|account|data|details|entry|picture|photo)\b|"
        rf"\b(?:registered|entered|listed|recorded|put down) {_MY} (?:\w+ )?{_CHILD}\b"
    ),
    # too young still, by the year of birth
    re.compile(
        rf"\b{_MY} (?:\w+ ){{0,2}}?{_CHILD}\b[^!?]{{0,160}}\b(?:born|nee?|20\d\d)\b[^!?]{{0,40}}\b20(?:09|1\d|2\d)\b"
    ),
    re.compile(
        r"\b(?:en tant que|en (?:ma )?qualite de|comme|as|etant|als|como|come) (?:sa |son |ses |leur |her |"
        r"his |their |the |a |le |la )?(?:pere|mere|papa|maman|parents?|father|mother|mum|mom|dad|mutter|"
        r"vater|eltern\w*|padre|madre|genitore|ouder|pai|mae)\b"
    ),
    re.compile(rf"\b(?:tut(?:eur|rice)|guardian|vormund|tutor[a]?|voogd)\b[^!?]{{0,80}}\b{_AGE}"),
    re.compile(
        r"\b(?:(?:je suis|i am|i'm) (?:sa |son |leur |la |le |her |his |the )?(?:pere|mere|maman|papa|"
        r"parent|father|mother|mum|mom|dad))\b(?! (?:of the (?:bride|groom)|de la mariee|du marie))"
    ),
)
#: A full stop that ends no sentence.
TITLE_DOT = re.compile(r"\b(m|mm|mme|mlle|mr|mrs|ms|dr|me|st|ste|sr|sra|sig|\d{1,2})\.(?= [\w'-])")
FOR_CLIENTS = re.compile(
    r"(?<!mon )(?<!notre )(?<!my )(?<!our )\b(?:avocate?s?|solicitors?|counsel),? (?:de|des|du|"
    r"pour|for|of) (?!famille|justice)"
)
FOR_ONESELF = re.compile(
    r"\bordered\b[^.!?]{0,40} in my (?:own )?name\b|"
    r"\b(?:pour moi-meme|en mon (?:propre )?nom|for myself|on my own behalf|behalf of (?:myself|me)\b|"
    r"no one but myself|in my own name|"
    r"fur mich selbst)\b"
)
LAWYER = re.compile(
    r"\b(?:avocate?s?|barreau|solicitors?|barrister|attorney|lawyer|rechtsanw\w+|abogad[oa]|avvocat[oa]|"
    r"advocaat|advogad[oa])\b"
)
#: Under a letter: `Ann Roe, his mother`.
SIGNED_PARENT = re.compile(
    r",? ?(?:(?<=[,\n(] )|(?<=\())(?:his|her|their|\w+'s|sa|son|leur) (?:father|mother|mum|mam|mom|dad|daddy|"
    r"mummy|parent|"
    r"guardian|maman|mere|"
    r"papa|pere|tuteur|tutrice)s?[.)]?$"
)
#: A child's picture may be shown while its parents agree.
_PICTURES = r"(?:photos?|photographs?|photographed|pictures?|images?|portraits?)"
PICTURED = re.compile(
    rf"\b{_MY} (?:\w+ ){{0,2}}?{_CHILD}\b[^!?]{{0,80}}\b{_PICTURES}\b|"
    rf"\b{_PICTURES}\b[^!?]{{0,80}}\b{_MY} (?:\w+ ){{0,2}}?{_CHILD}\b"
)
WITHDRAWN = re.compile(
    r"\b(?:withdraw\w*|revoke|chang(?:ed|ing) my mind|take (?:it )?back|no longer (?:agree|consent)|retir\w+|"
    r"revien[st]|"
    r"revoqu\w+|ne (?:suis|sommes) plus d'accord)\b"
)
#: What is the dead's to ask for: their account and name, and what is still sent to them.
AFFAIRS = re.compile(
    r"(?<!my )(?<!my own )\b(?:accounts?|data|details|files?|records?|profile|e-?mails?|mails?|mailings?|lists?|"
    r"subscriptions?|newsletters?|catalogues?|adverti\w+|letters?|correspondence|membership|customer number|"
    r"estate of|"
    r"probate|death certificate|next of kin|heirs?|off everything|unsubscribe|had ordered|had returned|sent back)\b|"
    r"\b(?:stop|delete|erase|remove|close|cancel|writing to|write to) (?:him|her|them|his|"
    r"hers|their)\b|"
    r"\b(?:his|her|their|sa|son|ses|leurs?) (?:\w+ )?(?:names?|address|orders?|purchases|points?|card|"
    r"vouchers?|credit|"
    r"history|nom|adresse|commandes?|achats|carte|fidelite|avoirs?|coordonnees)\b|"
    r"\b(?:comptes?|donnees|dossiers?|fiches?|fichiers?|courriers?|publicites?|pubs?|listes?|abonnements?|"
    r"profil|clientes?|"
    r"succession de|acte de deces|certificat de deces|desinscri\w+|effac\w+|supprim\w+|radi\w+|"
    r"(?:cess|arret)\w+ (?:de )?(?:lui|l'|les))\b|\b(?:lui|leur) (?:ecri|envo|adress)\w+|"
    r"\bavait (?:commande|renvoye)\b|\b(?:stop|cease|keep|kept|still) (?:\w+ ){0,2}(?:sends?|sending|writ\w+|"
    r"mail\w*)\b|"
    r"\b(?:konto|daten|cuenta|datos|conto|dati|rekening|gegevens|conta|dados)\b"
)
#: What people write to a shop about for themselves.
SHOPPING = re.compile(
    r"\b(?:retour\w*|renvoy\w+|return\w*|refund\w*|rembours\w+|vestes?|jackets?|coats?|orders?|ordered|"
    r"parcels?|deliver\w*|repair\w*|resiz\w+|price|cost|gifts?|presents?|voucher|"
    r"scar(?:f|ves)|bags?|"
    r"dress|buy\w*|bought|sells?|stock|clasp|tie|gloves|watch|strap|ring|locket|necklace|earrings?|cardigan|"
    r"shirts?|socks|"
    r"shoes?|shawl|model|size|colou?r|frame|photos?|workshop|engrav\w+|invoice for|"
    r"colis|commandes?|livr\w+|repar\w+|prix|tailles?|robes?|sacs?|echarpes?|foulards?|cadeaux?|boutique|achet\w+|"
    r"vend\w+|bagues?|montres?|bijoux?|album|cadre|tirages?|coussins?|couleurs?|grav(?:er|ure))\b"
)
#: Asked for oneself, and nothing for anybody else.
OWN = re.compile(
    r"\b(?:about me|on me|my (?:own )?(?:data|account|details|name|address|personal|purchases|record|file|email)|"
    r"mes (?:donnees|informations|coordonnees|achats|commandes)|mon (?:compte|dossier|adresse|profil|nom)|"
    r"sur moi|"
    r"me concernant|(?:desinscrivez|desabonnez|effacez|retirez|supprimez|oubliez)-moi|"
    r"(?:unsubscribe|delete|remove|erase|forget) me|uber mich|meine daten|sobre mi|mis datos|i miei dati|"
    r"mijn gegevens|os meus dados)\b"
)
THEIRS = re.compile(
    r"\b(?:his|her|hers|their|them|him|she|he|they|son|sa|ses|leurs?|lui|elle|il|(?:le|la) concernant|"
    r"sein\w*|ihr\w*|"
    r"sua?|seus?|suoi|dele|dela|zijn|haar)\b|-(?:le|la)\b|"
    r"\b(?:comptes?|donnees|dossier|fiche|nom|adresse|accounts?|data|details|konto|daten|cuenta|datos|"
    r"conto|dati)\b "
    r"(?:\w+ )?(?:de |du |d'|of |von |di |del )(?:m|mr|mrs|ms|mme|mlle|madame|monsieur|mon|ma|my|notre|our|"
    r"feue?|the late|mi|mio|mia|meine[rs]?)\b|"
    rf"\b{_MY} (?:\w+ )?{_KIN}'s\b|\b(?:mon|ma|mes|notre|nos|my|our) (?:client\w*|mandante?)\b"
)
