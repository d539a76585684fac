"""Who writes: for themselves, for a client, a child, somebody dead (E80-E84, E86, E89, E90)."""

from __future__ import annotations

import pytest

from privacy.domain.triage.writer import writer_of
from privacy.domain.understanding import Role


@pytest.mark.parametrize(
    "body",
    [
        "Me Petit, avocate, pour Mme Durand : je demande ses données.",
        "Je suis le conseil de Madame Ghislaine de La Tour.",
        "Ma cliente vous demande d'effacer son compte.",
        "Agissant pour M. Durand, je demande les données de mon client, et une réponse à mon adresse.",
        "Our client instructs you to erase her data.",
        "DataBack holds a mandate from Anna Kowalska. On her behalf we ask for access.",
        "Agissant au nom et pour le compte de M. Vasseur, nous demandons la portabilité.",
        "J'ai reçu procuration de mon voisin pour cette démarche.",
        "Je vous écris pour ma grand-mère, qui n'a pas internet : elle ne veut plus de catalogue.",
        "I hold power of attorney for my uncle, Arthur Cole.",
        "Avocat des consorts Vialatte, héritiers de M. Ernest Vialatte, décédé le 30 juin, je demande son dossier.",
        "Ich vertrete Frau Weber. Vollmacht anbei.",
        "I volunteer at the advice centre and write for Mr Tom Roe, who wants his file corrected.",
        "The Voice has been mandated by Ms Ann Roe to ask for her data.",
        "Mr Tom Roe has asked us to help him. His form of authority is attached. He asks for his data.",
        "I am the court-appointed guardian of Mrs Edna Roe. Please change her address.",
        "Mme Anne Roe, qui nous a donné mandat, demande ses données.",
        "Notre association représente M. Luc Roe, qui conteste son dossier.",
        "Mme Anne Roe lit mal et nous a confié ce courrier : effacez son compte.",
        "Nous intervenons pour Mme Anne Roe, adhérente de notre association, qui attend ses données.",
        # told by what they are to somebody, or do for them
        "I'm the carer of Mrs Edith Roe. She is expecting a cardigan. When will it come?",
        "I am personal assistant to Ms Ann Roe. She wants to be taken off your list.",
        "I'm the appointed deputy of Mr Leo Roe. Please correct his name.",
        "I translate for my mother-in-law, Ann Roe. She asks for a copy of her data.",
        "I do the online shopping for my neighbour, Mrs Ann Roe. She likes your brown bag. Do you ship it?",
        "My wife, Ann Roe, has asked me to send you this: what do you know about her?",
        "My father, Tom Roe, is ill and has asked me to answer his post. He objects to your surveys.",
        "Sister Ann Roe has no use for earrings and has asked me to write in her stead: no more adverts.",
        "Ms Ann Roe has mandated us to have her data erased.",
        "We have been authorised by the individual named below to exercise their rights.",
    ],
)
def test_an_agent_writes_for_a_client_e80_e81(body: str) -> None:
    assert writer_of(body).role is Role.AGENT


@pytest.mark.parametrize(
    "body",
    [
        "Mon père est décédé, fermez son compte.",
        "Merci de fermer le compte de mon père décédé et de m'en envoyer confirmation à mon adresse.",
        "My mother died. Please close my mother's account and write to me at my address.",
        "J'ai la tristesse de vous faire part du décès de ma maman, Jeannine.",
        "Papa nous a quittés au printemps et reçoit encore vos mails.",
        "My late mother had an account with you.",
        "My husband passed away in May. Please close his account.",
        "Elle est morte. Colette Maréchal, ma mère.",
        "En qualité d'héritier de M. Lagarde, je vous prie d'effacer son compte.",
        "Notaire chargé de la succession de Mme Leroux, je vous demande l'état de son compte.",
        "Mein Vater ist verstorben, bitte löschen Sie sein Konto.",
        "Mi madre falleció en marzo, cierren su cuenta.",
        "Mio padre è deceduto, cancellate i suoi dati.",
        "Mijn moeder is overleden, sluit haar account.",
        "O meu pai faleceu, apaguem a conta dele.",
        "My brother Tom died and I'm his only heir. What is recorded under his customer number?",
        "I've lost my aunt, whose sole heir I am. What do you hold on her?",
        "My mother passed away. A coat that she had ordered came on Monday. May I return it for a refund?",
        "My dad died. His order 5512 can be cancelled, and take him off the list.",
        "As her son and heir I ask you to close her account. I can send the grant of probate.",
    ],
)
def test_an_heir_writes_for_the_dead_e83(body: str) -> None:
    assert writer_of(body).role is Role.HEIR


@pytest.mark.parametrize(
    "body",
    [
        "Je suis l'exécutrice testamentaire de Mme Odette Fournier, décédée le 4 avril.",
        "I am the executor named in the will of the late Margaret Ellery.",
        "Chargée par M. Aubry de l'exécution de ses directives, je vous demande d'effacer ses données.",
        "Son testament me nomme exécuteur. Effacez son compte.",
    ],
)
def test_an_executor_carries_out_what_the_dead_directed_e86(body: str) -> None:
    assert writer_of(body).role is Role.EXECUTOR


@pytest.mark.parametrize(
    "body",
    [
        "Ma fille Zoé, 14 ans, s'est ouvert un compte chez vous.",
        "En tant que mère de Malik, mineur, je demande l'accès à ses données.",
        "My 13-year-old son signed up to your newsletter.",
        "I'm mum to Demelza Trevelyan, 15. Please close her account.",
        "Père d'Élise Lepage (6 ans), je retire mon accord.",
        "Titulaire de l'autorité parentale sur Noé, je vous demande d'effacer ses photos.",
        "Tutrice légale de mon neveu Ange (11 ans), je vous demande ses données.",
        "Meine Tochter ist 12 Jahre alt und bekommt Ihre Werbung.",
        "My lad Tom Roe (14) made an account, delete it.\n\nAnn Roe, his mother",
        "Effacez son compte.\nAnne Roe, sa maman",
        "I let you use photos of my little lad, Tom. I withdraw the consent, don't use his picture.",
        "I signed that my son Tom may appear in your photos. I withdraw that permission.",
        "Je retire mon accord pour ma fille Jade : n'utilisez plus ses photos.",
        "My daughter's date of birth is wrong: Mia Roe, born 9 February 2014.",
        "As for my son, Tom Roe, 14? What have you stored about him?",
        "My daughter Ann Roe is eleven. She made herself an account. Take it out again.",
        "I let you use pictures of my son Tom (he is seven). I've thought better of it.",
        "You've registered my daughter in the kids' club as Ana. Please fix it in her file.",
        "My son Tom gets your letters. Remove him.\nAnn Roe (Tom's mum)",
    ],
)
def test_a_parent_writes_for_a_minor_e90(body: str) -> None:
    assert writer_of(body).role is Role.PARENT


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Je souhaite savoir quelles données vous avez sur moi.",
        "J'ai 14 ans et je veux effacer mes données de la newsletter.",  # E89
        "La robe était pour ma fille, elle est trop petite.",
        "Après mon décès, effacez tout ; ma nièce Anna sera mon exécutrice.",
        "When I die, everything should go to my son.",
        "Je suis cliente depuis 2019 et je veux mes données.",
        "Je suis veuve et vos suggestions me sont pénibles.",
        "Je désigne ma fille comme exécuteur testamentaire de mes données.",
        "Mon avocat m'a conseillé de vous écrire : effacez mes données.",
        "J'ai besoin d'un conseil pour une robe, et de mes données.",
        "Le mandat de prélèvement est refusé.",
        "En tant que parent, je reçois trop de mails : désinscrivez-moi.",
        "Ma fille de 8 ans adore la robe. Stop la pub à mon adresse, retirez-moi.",
        "On behalf of myself and my family, unsubscribe me.",
        "I represent no one but myself: delete my account.",
        "Supprimez mon compte, celui que j'avais créé pour le compte de test.",
        "Je désigne ma nièce Laure pour s'occuper de mes données après mon décès.",
        "My late sister used to order for me. What is written down about me in your computers?",
        "Carte au nom de mon mari, commande à mon nom : où est-elle ?",
        "3 weeks for socks. my gran could knit them quicker and shes dead. order 80009",
        "My late mother left me a bag from you. The clasp has come loose. Do you repair it?",
        "A friend of mine died and I'd like to send her daughter a scarf. Can you put in a card?",
        "My mother passed on Sunday and I need a black tie by Thursday. Do you deliver?",
        "Ma sœur est décédée dimanche. Il me faudrait une robe noire, livrez-vous ?",
        "J'aimerais faire graver une plaque au nom de mon père décédé. Quel délai ?",
        "The wedding is on the 20th and I am the mother of the bride. Where is the dress?",
        "Mon fils peut-il retirer le colis avec une procuration de ma part ?",
        "A young man rang me on behalf of iméra. Don't call me.",
        "Executor? No, executive! I'm looking for a briefcase.",
        "Executor of my own laziness: I finally returned the ties. When shall I see the refund?",
        "I look after my mother, Mrs Ann Roe, and I've ordered slippers for her in my name. How do I swap them?",
        "I'm a carer for my mother and have no time for this. Where is my refund?",
        "My mother-in-law has asked me to return the brooch I gave her. How do I get my money back?",
        "In my client card my first name is wrong. Please correct it.",
        "We act for Roe Textiles Ltd. Our client objects to your use of the sign for scarves.",
        "You never asked before you printed my kid's name. Why do you have it?",
    ],
)
def test_whoever_writes_for_themselves_is_nobody_else(body: str) -> None:
    assert writer_of(body).role is Role.SELF


def test_a_role_is_told_by_a_phrase() -> None:
    assert writer_of("Ma cliente, Mme Durand, vous écrit.").phrase == "ma cliente"


def test_a_lawyers_signature_tells_it_where_heirs_are_spoken_of() -> None:
    body = "Mes clients, héritiers de M. Blanc, décédé le 3 mars, demandent ses données."
    assert writer_of(body).role is Role.HEIR
    assert writer_of(body, "Me Claire Morel\nAvocate au barreau de Tours").role is Role.AGENT
