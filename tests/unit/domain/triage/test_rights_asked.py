"""What is understood as asked, case by case of shared edge cases E35-E70, and what speaks against it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privacy.domain.rights import Right
from privacy.domain.triage.understand import understand
from privacy.domain.understanding import Outcome, Role, Understanding
from privacy.policy.lexicons import load_lexicons

LEXICONS = load_lexicons()

ACCESS, RECTIFICATION, ERASURE, RESTRICTION = (
    Right.ACCESS,
    Right.RECTIFICATION,
    Right.ERASURE,
    Right.RESTRICTION,
)
PORTABILITY, OBJECTION, MARKETING = Right.PORTABILITY, Right.OBJECTION, Right.OBJECTION_MARKETING
CONSENT, REVIEW = Right.CONSENT_WITHDRAWAL, Right.AUTOMATED_DECISION_REVIEW
DIRECTIVE, HEIR = Right.POST_MORTEM_DIRECTIVE, Right.HEIR_REQUEST

OUR_MAIL = "Le 3 mars 2026 à 10:12, iméra <contact@imera-paris.com> a écrit :\n"


def read(text: str, subject: str = "") -> Understanding:
    return understand(subject=subject, text=text, lexicons=LEXICONS)


@pytest.mark.parametrize(
    ("rule", "subject", "text", "rights"),
    [
        ("E35", "", "Bonjour, je souhaite savoir quelles données vous avez sur moi.", {ACCESS}),
        (
            "E36",
            "",
            "I would like a copy of my data, and please stop sending me offers.",
            {ACCESS, MARKETING},
        ),
        (
            "E37",
            "",
            "Supprimez mon compte et toutes mes données, et envoyez-moi d'abord une copie de mes données.",
            {ACCESS, ERASURE},
        ),
        ("E38", "", "Bonjour, please delete my data, merci", {ERASURE}),
        ("E39", "", "Désinscription", {CONSENT}),
        ("E39", "unsubscribe me", "", {CONSENT}),
        ("E40", "Re: Les nouveautés de mars", "STOP", {CONSENT}),
        (
            "E42",
            "",
            "Ma commande 1042 est en retard, et d'ailleurs comment avez-vous eu mon adresse ?",
            {ACCESS},
        ),
        ("E44", "", "Je retire mon consentement", {CONSENT}),
        ("E51", "", "Exercice de mes droits RGPD art. 15", {ACCESS}),
        (
            "E65",
            "",
            "Je m'oppose à ce que mes données soient utilisées pour la personnalisation",
            {OBJECTION},
        ),
        ("E66", "", "Please forget me", {ERASURE}),
        ("E66", "", "droit à l'oubli", {ERASURE}),
        ("E66", "", "supprimez-moi de vos fichiers", {ERASURE}),
        ("E66", "", "clôturez mon compte", {ERASURE}),
        ("E67", "", "Je souhaite récupérer mes données dans un format lisible par machine", {PORTABILITY}),
        ("E68", "", "Pourquoi ma commande a-t-elle été refusée ? je conteste", {ACCESS, REVIEW}),
        ("E69", "", "Bitte löschen Sie mein Konto und alle meine Daten.", {ERASURE}),
        ("E69", "", "Quiero que borren todos mis datos personales.", {ERASURE}),
        ("E70", "", "aces a mes donees", {ACCESS}),
    ],
)
def test_a_request_is_understood(rule: str, subject: str, text: str, rights: set[Right]) -> None:
    understood = read(text, subject)
    assert understood.outcome is Outcome.REQUEST, rule
    assert set(understood.rights) == rights, rule


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("E41", "Où est mon colis ? commande 1042"),
        ("E43", "Je veux retourner ma robe et être remboursée, rétractation"),
        ("E49", "Nos nouveautés de printemps sont en boutique !\n\nRGPD : vos données restent chez nous."),
        (
            "E50",
            f"Bonjour, quelle taille choisir ?\n\n{OUR_MAIL}> Vous disposez d'un droit d'accès et d'effacement.",
        ),
        ("E58", "merci, parfait"),
    ],
)
def test_what_is_no_request_is_no_request(rule: str, text: str) -> None:
    understood = read(text)
    assert not understood.rights, rule
    assert understood.outcome in {Outcome.NOT_REQUEST, Outcome.UNSURE}, rule


def test_an_order_s_delivery_address_is_the_shop_s_matter() -> None:
    """E45: a person looks whether the file is wrong too."""
    understood = read("Changez mon adresse de livraison pour la commande en cours")
    assert not understood.rights
    assert understood.customer_service


def test_an_order_question_with_a_request_in_it_is_both() -> None:
    """E42."""
    understood = read("Ma commande 1042 est en retard, et d'ailleurs comment avez-vous eu mon adresse ?")
    assert understood.customer_service
    assert understood.rights == (ACCESS,)


def test_e38_as_much_french_as_english_is_no_one_language() -> None:
    assert read("bonjour please delete merci beaucoup").language == ""


def test_an_empty_message_is_put_before_a_person() -> None:
    """E54: its request may stand in what is attached."""
    assert read("").outcome is Outcome.UNSURE


def test_a_reply_that_adds_a_right_asks_for_it() -> None:
    """E57."""
    text = f"Et effacez tout.\n\n{OUR_MAIL}> Bonjour,"
    assert read(text, "Re: Votre demande d'accès [IM-2026-000123]").rights == (ERASURE,)


def test_money_asked_along_with_a_right_is_told_and_refuses_nothing() -> None:
    """E61."""
    understood = read(
        "Je demande l'accès à mes données. Je réclame une indemnisation de 1 000 euros pour mon préjudice."
    )
    assert understood.abusive
    assert understood.rights == (ACCESS,)


@pytest.mark.parametrize(
    "text",
    [
        "La CNIL a été saisie d'une plainte de Mme D. Nous vous demandons de nous transmettre vos observations.",
        "Réquisition judiciaire : nous, officier de police judiciaire, vous requérons de communiquer les données.",
    ],
)
def test_an_authority_s_letter_is_a_person_s_to_answer(text: str) -> None:
    """E62, E63."""
    understood = read(text)
    assert understood.authority
    assert understood.outcome is Outcome.UNSURE
    assert not understood.rights


def test_a_questionnaire_on_article_15_is_one_access_item() -> None:
    """E64."""
    text = """Madame, Monsieur,
En application de l'article 15 du RGPD, je vous prie de m'indiquer :
a) les finalités du traitement ;
b) les catégories de données ;
c) les destinataires ;
d) la durée de conservation ;
e) l'existence du droit de demander la rectification, l'effacement, la limitation ou de s'opposer ;
f) le droit d'introduire une réclamation ;
g) la source de mes données ;
h) l'existence d'une prise de décision automatisée, y compris un profilage.
"""
    assert read(text).rights == (ACCESS,)


@pytest.mark.parametrize(
    "text",
    [
        "Dzień dobry, proszę o usunięcie wszystkich moich danych z państwa bazy.",
        "Vänligen radera alla mina personuppgifter från ert register.",
    ],
)
def test_a_language_that_is_not_read_is_put_before_a_person(text: str) -> None:
    """E69."""
    assert read(text).outcome is Outcome.UNSURE


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        ("jveu plus recevoir vo mail", {CONSENT}),
        ("suprimé tou", {ERASURE}),
        ("vous avé koi sur moi?? jveu savoir", {ACCESS}),
        ("arété vo pub svp", {MARKETING}),
        ("desinscrivé moi", {CONSENT}),
        ("plz delet my acount", {ERASURE}),
        ("yo, whats in my file with you lot?", {ACCESS}),
    ],
)
def test_a_request_spelt_as_it_sounds_is_understood(text: str, rights: set[Right]) -> None:
    """E70."""
    assert set(read(text).rights) == rights


@pytest.mark.parametrize(
    "text",
    [
        # denied
        "Ne supprimez pas mon compte, je veux juste changer mon mot de passe.",
        "I'm not asking you to delete my account, I only want a different size.",
        "Je ne souhaite pas me désinscrire de la newsletter.",
        # threatened
        "Renvoyez-moi la robe, sinon je demanderai l'effacement de mes données.",
        "If the parcel is not here on Friday I will ask you to delete my account.",
        # somebody else's
        "Mon voisin a demandé la suppression de son compte chez un autre vendeur. Et ma commande ?",
        # done
        "Merci d'avoir supprimé mon compte si vite. Je passerai en boutique.",
        "Je vous avais écrit pour corriger mon nom, c'est chose faite. Merci beaucoup.",
        # the law of sales, the shop's own matters
        "Je voudrais supprimer un article de mon panier avant de payer.",
        "J'exerce mon droit de rétractation pour la commande 1042.",
        "Je n'arrive pas à me connecter au site, le code d'accès ne marche pas. Ma commande est urgente.",
        "Stop la livraison de la commande 1042, je me suis trompée de taille.",
        "Il y a une erreur sur ma facture, merci de rectifier la facture.",
        # a notice of the shop's, told again; what a form is for
        "I got a mail saying my account will be deleted because it's inactive. Please DON'T, I still use it.",
        "Where in the settings do I change my email address? I can't find the page.",
        # of an order, of somebody else, taken back
        "Please don't ring me at work about the repair, use the mobile.",
        "My sister deleted her account with you and got a nice mail. I'm staying. Do you have the scarf in red?",
        "I no longer want my account deleted, the parcel has come.",
        "I'd like to give the gold ring back, I do not want the ring any more.",
        # wanted, or looked for
        "Je voudrais recevoir votre catalogue et vos offres.",
        "Je ne vois pas vos offres, la page est blanche.",
        # a question that exercises nothing
        "Avez-vous une politique sur le droit d'accès ? Et êtes-vous ouverts dimanche en boutique ?",
        "Si je me désinscris, est-ce que je garde mes points de fidélité ?",
        # fiction, offers, studies
        "J'écris un roman dont le personnage dit « effacez mes données ».",
        "Notre cabinet vous accompagne dans votre mise en conformité RGPD : demandes d'accès, d'effacement.",
        "Étudiante en master, je rédige un mémoire sur le droit à l'effacement. Combien de demandes recevez-vous ?",
        # done already, and missed
        "My account was deleted? I can't sign in any more.",
        # a list one stays on, a copy that came, a file of the shop's, something of the shop's that is gone
        "Why was I unsubscribed? Put me back on the list, I love getting your newsletter.",
        "I hope nobody takes my points away. Did someone delete them? They were there on Monday.",
        "Just to say that the copy of my data arrived on Monday and all is in order.",
        "My accountant wants the receipt as a PDF. Could you send it?",
        # a threat in other words, shouted and regretted
        "Should the second parcel get lost, I shall insist on my money, withdraw my consent and go elsewhere.",
        "On the phone I shouted that you should delete me. The refund has come, carry on as before.",
        # taken back
        "J'annule ma demande d'accès, j'ai retrouvé mes factures. Bonne journée !",
    ],
)
def test_a_right_that_is_denied_threatened_told_or_mistaken_is_not_asked(text: str) -> None:
    understood = read(text)
    assert understood.outcome is not Outcome.REQUEST, understood.evidence


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        # a condition does not undo it
        ("Une fois mon colis reçu, supprimez mon compte.", {ERASURE}),
        # a reminder is the request
        ("Vous n'avez toujours pas supprimé mes données, je vous l'ai demandé il y a deux mois.", {ERASURE}),
        # several, with one denied
        (
            "Ne supprimez pas mes données, mais limitez leur traitement le temps du litige.",
            {RESTRICTION},
        ),
        ("I don't want my account deleted, I just want a copy of my data.", {ACCESS}),
        # told apart
        ("Envoyez-moi mes données en CSV.", {PORTABILITY}),
        ("Retirez mon adresse de votre liste de diffusion.", {CONSENT}),
        ("Je m'oppose à l'utilisation de mes données à des fins de prospection.", {MARKETING}),
        ("Ma mère est décédée, merci de clôturer son compte.", {HEIR}),
        ("Après ma mort, je veux que mes données soient effacées.", {DIRECTIVE}),
        ("Mon nom est mal orthographié dans ma fiche cliente.", {RECTIFICATION}),
        (
            "J'avais accepté que ma photo paraisse sur votre Instagram, je ne veux plus, retirez-la.",
            {CONSENT},
        ),
        # what is only listed: the card is not mistaken
        ("I don't want you to have anything of mine. Not my card, not my address. Wipe the lot.", {ERASURE}),
        # stops that only stress
        ("I've asked nicely. Stop. Sending. Me. Offers.", {MARKETING}),
        # a consent given, and no longer
        ("You may record when I open your emails, if I agree. I did agree once. I no longer do.", {CONSENT}),
        # a human being is not always one who judges a refusal
        ("I pressed unsubscribe, the newsletter still comes. Could a human being please do it?", {CONSENT}),
        # what is held in the name of somebody who is dead
        ("I am executrix of the late Anne Roy. Is any gift card still held in her name?", {HEIR}),
        # a negation that is itself what is asked
        ("Gelez mon dossier : rien ne doit en être effacé ni utilisé avant le jugement.", {RESTRICTION}),
        (
            "J'ai besoin que vous gardiez mes données sans plus vous en servir, un procès vient.",
            {RESTRICTION},
        ),
        ("Ne vous servez pas non plus de mes achats pour vos statistiques.", {OBJECTION}),
        # a consent is taken back, a demand beside it is not
        ("Je retire mon consentement et demande la suppression de mes données.", {CONSENT, ERASURE}),
        # politeness is no threat
        ("Je vous demanderais de bien vouloir effacer mes données.", {ERASURE}),
        (
            "Jolie robe. Sinon plus aucune offre promotionnelle, et supprimez mon compte.",
            {MARKETING, ERASURE},
        ),
        # profiling for adverts is adverts
        ("Je m'oppose à la prospection, y compris au profilage lié à cette prospection.", {MARKETING}),
        # idioms and foreign turns
        (
            "Keep my records for the arbitration and make no other use of them until it is over.",
            {RESTRICTION},
        ),
        ("No deletion please, I want a standstill on my data while the dispute runs.", {RESTRICTION}),
        ("Love the boots, but the emails with the deals every day: knock it off.", {MARKETING}),
        ("If the worst happens, my daughter decides about my data.", {DIRECTIVE}),
        ("A computer threw out my order. Let a member of staff go over it.", {REVIEW}),
        ("You wished my mother a happy birthday; she has been in the ground since March. Stop it.", {HEIR}),
        ("You can suppress my account.", {ERASURE}),
        # what shall go is not asked for
        ("After this nonsense: delete everything you've got on me.", {ERASURE}),
        ("Tell me what you've got on me, and after that wipe it.", {ACCESS, ERASURE}),
        # the month is no threat
        ("My mother died last winter. I asked in May that her account gets erased.", {HEIR}),
        ("I exercise my right to withdraw my consent to cookies (Article 7(3)).", {CONSENT}),
        # one right in two languages
        ("Supprimez mes données. Please delete my data.", {ERASURE}),
    ],
)
def test_rights_are_told_apart(text: str, rights: set[Right]) -> None:
    assert set(read(text).rights) == rights


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        (
            "Pass my measurements on to my new tailor. After that please wipe them on your side.",
            {PORTABILITY, ERASURE},
        ),
        ("The phone number on file is somebody else's, mine ends in 42.", {RECTIFICATION}),
        ("Correct my surname, and tell me to whom you disclosed the wrong one.", {RECTIFICATION, ACCESS}),
        ("Erase my data, and let me know which companies had received it.", {ERASURE, ACCESS}),
        ("On my decease my data shall be communicated to my heirs, then deleted.", {DIRECTIVE}),
        ("Much obliged for the prompt erasure of my data.", set()),
        ("I retract my wish that you freeze my data. It was a mistake.", set()),
        ("My neighbour wrote you to delete her account, and it was gone in a day.", set()),
        ("You needn't send me a copy of my data. Only delete them, please.", {ERASURE}),
        ("Nobody asked you to restrict the use of my data.", set()),
        ("By all means go on using my purchases for recommendations.", set()),
        ("Unless you refund me I shall exercise my right to erasure.", set()),
        ("Je vous sais gré de l'effacement de mes données.", set()),
        ("Mille mercis pour la correction de mon nom.", set()),
        ("Si vendredi je n'ai rien, je demande la suppression de mon compte.", set()),
        ("Effacez mes données d'ici vendredi, sinon je saisis la CNIL.", {ERASURE}),
        ("Je demanderai l'effacement de mes données, vous êtes prévenus.", set()),
        ("Suite à votre mail m'annonçant la suppression de mon compte, je vous dis merci.", set()),
        ("Ensuite je vous demanderai de bien vouloir effacer mes données.", {ERASURE}),
        ("Si lundi rien n'est là, je vous demanderai de bien vouloir effacer mes données.", set()),
        ("Je ne souhaite plus que mon compte soit supprimé.", set()),
        ("Je ne souhaite plus que vous supprimiez mon compte.", set()),
        ("Je vous avais demandé de ne plus m'appeler, et on ne m'appelle plus.", set()),
        ("Je vous avais demandé de supprimer mon compte, rien n'est fait : supprimez-le.", {ERASURE}),
        ("Votre collègue a rectifié mon prénom, elle a été charmante.", set()),
        ("Hier je vous demandais de fermer mon compte. Laissez tomber, je reste cliente.", set()),
        ("Je renonce à la portabilité.", set()),
        ("Encore une erreur et je demande que l'on efface tout.", set()),
        ("S'il vous prenait l'envie de me profiler, je m'y opposerais.", set()),
        ("Une fois ma commande reçue, vous pourrez supprimer mon compte.", {ERASURE}),
        ("Nul besoin d'une copie de mes données.", set()),
        ("Je ne m'oppose nullement à la publicité.", set()),
        ("Ma femme demande que vous effaciez mon compte, ne l'écoutez pas.", set()),
        ("Cessez vos relances, la facture est payée.", set()),
        ("Je voudrais une croix pour la tombe de mon défunt mari.", set()),
        ("Mon mari vient de décéder, fermez son compte.", {HEIR}),
        ("Vous pouvez lever la limitation de mes données.", set()),
        ("Merci pour votre réponse et pour la suppression de mes données.", set()),
        ("Bien reçu la copie de mes données, tout est clair.", set()),
        ("J'ai bien reçu la facture mais pas la copie de mes données.", {ACCESS}),
        ("Je retire mon accord sur l'achat du manteau.", set()),
        ("Je retire mon accord donné à la caisse pour vos courriels.", {CONSENT}),
        ("Est-ce facile de se désabonner ensuite ?", set()),
        ("Merci d'avoir supprimé mes données.", set()),
        ("Remboursez-moi. Sinon je ferme mon compte et vous effacerez tout.", set()),
        ("Effacez le vieux numéro, mettez le nouveau : 06 12 34 56 78.", {RECTIFICATION}),
        ("Je retire mon accord aux cookies publicitaires.", {CONSENT}),
        ("Quand je serai partie en vacances, puis-je encore payer ?", set()),
        # a freeze while something is checked; « je réclame » is no advert
        (
            "Je conteste l'exactitude de mon dossier. D'ici là, limitez le traitement de mes données.",
            {RESTRICTION},
        ),
        ("Je m'oppose à cette purge et réclame la limitation du traitement de mes données.", {RESTRICTION}),
        ("Je m'oppose à ce prélèvement et réclame le remboursement de 32 euros.", set()),
        ("Cessez d'encombrer ma boîte avec vos réclames.", {MARKETING}),
        # words that are not the writer's, or no longer
        ("Ma tante me souffle : « J'exige l'effacement de mes données. » Je ne l'écrirai pas.", set()),
        ("Tout client peut demander à une enseigne la copie de ses données, ai-je lu.", set()),
        ("J'ai bien reçu la copie de mes données, elle est complète.", set()),
        ("Mon client, M. Lopez, vous a demandé la copie de ses données. Il l'attend.", {ACCESS}),
        # wanted
        ("Je ne veux pas rater vos ventes privées.", set()),
        ("Je ne veux plus de vos ventes privées.", {MARKETING}),
        ("N'oubliez pas de m'envoyer vos promotions.", set()),
        ("Je confirme mon consentement pour la photo.", set()),
        ("Je vous confirme le retrait de mon consentement.", {CONSENT}),
        ("Je veux parler à un humain : le blouson taille-t-il petit ?", set()),
        ("Mon paiement a été refusé par votre robot, je veux qu'un humain revoie cette décision.", {REVIEW}),
        # one word says whether it is asked, taken back, or somebody else's advice
        ("C'était une blague, effacez mes données, haha.", set()),
        ("C'était sérieux, effacez mes données.", {ERASURE}),
        ("Mon frère me conseille de demander une copie de mes données, je lui ai dit non.", set()),
        ("Mon frère me conseille de demander une copie de mes données, il a raison.", {ACCESS}),
        ("J'avais donné mon accord pour la photo. Je le retire.", {CONSENT}),
        ("Si vous vendiez mes données, j'exigerais leur effacement.", set()),
        # of two rights named, one is put off
        ("Je préfère à l'effacement la limitation du traitement de mes données.", {RESTRICTION}),
        ("Merci de m'envoyer copie de mes données. Pas d'effacement.", {ACCESS}),
        ("Ma demande d'accès a été satisfaite. Je demande l'effacement de mes données.", {ERASURE}),
        ("J'ai déjà eu la copie de mes données. Reste à supprimer mon compte.", {ERASURE}),
        ("N'essayez pas de corriger ma fiche : effacez mon compte.", {ERASURE}),
        ("Rien n'est faux dans mon dossier. Supprimez mon compte.", {ERASURE}),
        ("Avant de décider si je ferme mon compte, envoyez-moi la copie de mes données.", {ACCESS}),
        ("La newsletter, je l'aime bien. Arrêtez les SMS publicitaires.", {MARKETING}),
        ("Le gel de mes données a été levé.", set()),
        ("Ma sœur est décédée. Il me faudrait une robe noire avant jeudi.", set()),
        ("Ma sœur est décédée. Merci pour la robe. Retirez-la de vos listes.", {HEIR}),
        ("Mon compte est bien supprimé, merci.", set()),
        ("Vous m'avez transmis le relevé de ce que vous saviez de moi, je vous en remercie.", set()),
        ("Vous m'envoyez un formulaire de suppression de compte, je n'en veux pas.", set()),
        (
            "Votre site dit que chaque client peut demander copie de ses données. Je vous la demande.",
            {ACCESS},
        ),
        ("Ajoutez-moi à votre liste d'opposition.", {MARKETING}),
        ("Je cherche un stage, et retirez ma fiche de vos fichiers.", {ERASURE}),
        ("Je cherche un stage. J'ai écrit un outil d'export de données clients en CSV.", set()),
        # denied in a row, of which some may be meant
        ("Je ne demande ni l'accès à mes données, ni leur effacement.", set()),
        ("Je ne veux ni pub ni newsletter.", {MARKETING, CONSENT}),
        ("Je sais que j'ai le droit de demander l'effacement de mes données, alors faites-le.", {ERASURE}),
        ("Ta for deleting my stuff.", set()),
        ("The copy of my data arrived this morning.", set()),
        ("The copy of my data never arrived.", {ACCESS}),
        ("No refund by Monday and I demand a copy of my data.", set()),
        ("No refund for a month and now I demand a copy of my data.", {ACCESS}),
        ("I told another shop to delete my data.", set()),
        ("I take back my agreement to buy the coat.", set()),
        ("I take back my agreement to your newsletters.", {CONSENT}),
        # what is let be, was done, or belongs to the right that is asked, beside what is asked
        ("My file has an old mobile number. Delete it and put 06 22 33 44 55 instead.", {RECTIFICATION}),
        (
            "Please delete my saved card. And my new address for my file is 12 Elm Road.",
            {ERASURE, RECTIFICATION},
        ),
        ("I have nothing against surveys, but stop sending me offers.", {MARKETING}),
        ("I'd like the adverts to stop.", {MARKETING}),
        ("You have corrected my name, thank you. Now please stop the adverts.", {MARKETING}),
        ("The copy of my data came, thanks, but the erasure is still outstanding.", {ERASURE}),
        ("I prefer restriction to erasure: please restrict my data.", {RESTRICTION}),
        ("I would prefer erasure to restriction: delete my data.", {ERASURE}),
        ("Kindly disregard the mail where I asked for the deletion of my data.", set()),
        ("Please ignore my last message about the parcel. I want you to delete my account.", {ERASURE}),
        ("Merci de\n- me désinscrire,\n- retirer mes coordonnées.", {CONSENT, ERASURE}),
        # a machine's notice, and a death told of behind a name and an address
        ("A payment of €64.00 was blocked by Radar. No action is needed.", set()),
        (
            "My father, Ray Oak, of 22 High Street, Hove BN3 1AA, died on 30 April. Stop using his data.",
            {HEIR},
        ),
        ("I ask for\n[x] a copy of my data\n[ ] erasure of my data", {ACCESS}),
        ("I asked you for a copy of my data and have had no answer.", {ACCESS}),
        ("Please send me my data. Once I have it, erase the whole lot.", {ACCESS, ERASURE}),
        ("Please delete these card details from your records.", {ERASURE}),
        ("I asked you to delete everything you hold on me. You have not done it.", {ERASURE}),
        ("Please tell me to which companies you have passed my address.", {ACCESS}),
        ("I take back the ok I gave for your cookies.", {CONSENT}),
        ("My profile should say 12 Elm Road, not 8 Oak Street.", {RECTIFICATION}),
        ("Please take me off the list for Saturday's workshop, my son is ill.", set()),
        ("I came to your workshop. Please take me off your mailing list now.", {CONSENT}),
        ("Please don't unsubscribe me, I have changed my mind about the newsletter.", set()),
        ("I never unsubscribed, but no newsletter comes. Put me back if I have fallen off the list.", set()),
        ("Should the money not come, my solicitor will ask you for a copy of my data.", set()),
        ("If this happens again you can delete my account. Where is my skirt?", set()),
        ("There is a scratch on my cuff. Can your workshop erase it?", set()),
        ("My cuff has a scratch. I have had enough, delete my account.", {ERASURE}),
        ("A court order makes me his deputy. Please correct the name in his file.", {Right.RECTIFICATION}),
    ],
)
def test_rules_alone_know_second_steps_thanks_threats_and_lists(text: str, rights: set[Right]) -> None:
    rules = tuple(replace(lexicon, opinion=None) for lexicon in LEXICONS)
    assert set(understand(subject="", text=text, lexicons=rules).rights) == rights


def test_it_explains_itself() -> None:
    understood = read("Ne supprimez pas mon compte. Envoyez-moi une copie de mes données.")
    assert any(
        e.says == "access" and "copie de mes données" in e.phrase and not e.against
        for e in understood.evidence
    )
    assert any(e.says == "erasure" and e.against == "negated" for e in understood.evidence)


@pytest.mark.parametrize("word", ["supprimer ", "mes données ", "a" * 30_000, "? ", "1. a) ", "\n- "])
def test_a_text_of_one_thing_over_and_over_is_read(word: str) -> None:
    assert read(word * (30_000 // len(word))).outcome in set(Outcome)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("The shoes are too small for my daughter, she is 9. I want to exchange them for a 34.", Role.SELF),
        ("Please delete the account of my daughter, she is 9 years old.", Role.PARENT),
        ("Bonjour, mon fils a 11 ans, quelle taille de pull lui faut-il ?", Role.SELF),
        ("Supprimez le compte de mon fils, il a 11 ans.", Role.PARENT),
    ],
)
def test_whoever_asks_nothing_for_a_child_writes_for_themselves(text: str, role: Role) -> None:
    assert read(text).role is role
