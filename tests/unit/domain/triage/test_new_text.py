"""The new text of a mail: quoted mails, signatures and footers stand apart, and nothing that is said now does."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from privacy.domain.triage.spelling import cleaned, plain
from privacy.domain.triage.text import new_text, own_subject

QUESTION = "Bonjour, où est mon colis ?"
OLD = "Vous disposez d'un droit d'accès et vous pouvez supprimer vos données."

#: How mail programs begin the older mail that they leave below, its text without any mark on its lines.
HEADS = {
    "gmail fr": "Le lun. 3 mars 2026 à 10:12, iméra <contact@imera-paris.com> a écrit :",
    "gmail fr wrapped": "Le lun. 3 mars 2026 à 10:12, iméra\n<contact@imera-paris.com> a\nécrit :",
    "gmail fr, no-break space": "Le lun. 3 mars 2026 à 10:12, iméra <contact@imera-paris.com> a écrit\u00a0:",
    "gmail en": "On Tue, Mar 3, 2026 at 10:12 AM iméra <contact@imera-paris.com> wrote:",
    "apple fr": "Le 3 mars 2026 à 10:12, iméra <contact@imera-paris.com> a écrit :",
    "apple en": "On 3 Mar 2026, at 10:12, iméra <contact@imera-paris.com> wrote:",
    "no hour": "Le 3 mars 2026, Camille de chez iméra a écrit :",
    "thunderbird fr": "Le 03/03/2026 à 10:12, iméra a écrit :",
    "yahoo fr": "Le mardi 3 mars 2026 à 10:12:11 UTC+1, iméra <contact@imera-paris.com> a écrit :",
    "yahoo en": "On Tuesday, 3 March 2026 at 10:12:11 CET, iméra <contact@imera-paris.com> wrote:",
    "gmail de": "Am Di., 3. März 2026 um 10:12 Uhr schrieb iméra <contact@imera-paris.com>:",
    "gmail es": "El mar, 3 mar 2026 a las 10:12, iméra (<contact@imera-paris.com>) escribió:",
    "gmail it": "Il giorno mar 3 mar 2026 alle ore 10:12 iméra <contact@imera-paris.com> ha scritto:",
    "gmail nl": "Op di 3 mrt 2026 om 10:12 schreef iméra <contact@imera-paris.com>:",
    "gmail pt": "Em ter., 3 de mar. de 2026 às 10:12, iméra <contact@imera-paris.com> escreveu:",
    "outlook fr": "De : iméra <contact@imera-paris.com>\nEnvoyé : mardi 3 mars 2026 10:12\n"
    "À : camille@example.fr\nObjet : Votre commande\n",
    "outlook mobile": "________________________________\nDe : iméra <contact@imera-paris.com>\n"
    "Envoyé : mardi 3 mars 2026 10:12\nÀ : camille@example.fr\nObjet : Votre commande\n",
    "outlook on one line": "De : iméra <contact@imera-paris.com> Envoyé : mardi 3 mars 2026 10:12 "
    "À : camille@example.fr Objet : Votre commande",
    "outlook in bold": "*De :* iméra <contact@imera-paris.com>\n*Envoyé :* mardi 3 mars 2026 10:12\n"
    "*À :* camille@example.fr\n*Objet :* Votre commande\n",
    "outlook en": "From: iméra <contact@imera-paris.com>\nSent: Tuesday, March 3, 2026 10:12 AM\n"
    "To: camille@example.fr\nSubject: Your order\n",
    "outlook de": "Von: iméra <contact@imera-paris.com>\nGesendet: Dienstag, 3. März 2026 10:12\n"
    "An: camille@example.fr\nBetreff: Ihre Bestellung\n",
    "original fr": "-----Message d'origine-----\nDe : iméra\nEnvoyé : mardi 3 mars 2026\nObjet : Votre commande\n",
    "original fr, typographic": "-------- Message d’origine --------\nDe : iméra <contact@imera-paris.com>\n"
    "Date : 03/03/2026 10:12 (GMT+01:00)\nÀ : camille@example.fr\nObjet : Votre commande\n",
    "original en": "-----Original Message-----\nFrom: iméra\nSent: Tuesday\nSubject: Your order\n",
    "free": "----- Mail original -----\nDe: \"iméra\" <contact@imera-paris.com>\nÀ: camille@example.fr\n"
    "Envoyé: Mardi 3 Mars 2026 10:12:11\nObjet: Votre commande\n",
    "proton": "------- Original Message -------\nOn Tuesday, March 3rd, 2026 at 10:12, "
    "iméra <contact@imera-paris.com> wrote:\n",
    "zoho": "---- Le lun., 03 mars 2026 10:12:11 +0100 iméra <contact@imera-paris.com> a écrit ----",
    "samsung on one line": "-------- Message d'origine --------De : iméra <contact@imera-paris.com> "
    "Date : 03/03/2026 10:12 (GMT+01:00) À : camille@example.fr Objet : Votre commande",
    "hotmail": "Date: Tue, 3 Mar 2026 10:12:11 +0100\nSubject: x\nFrom: contact@imera-paris.com\nTo: c@example.fr",
    "bare rule": "-----Message d'origine-----",
}  # fmt: skip


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_what_stands_below_the_mark_of_a_mail_program_is_quoted_e50(head: str) -> None:
    parted = new_text(f"{QUESTION}\n\n{head}\n\n{OLD}\n")
    assert parted.body == QUESTION
    assert OLD in parted.quoted


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_an_answer_below_the_quoted_lines_is_new(head: str) -> None:
    parted = new_text(f"{head}\n\n> {OLD}\n>\n> iméra\n\n{QUESTION}\n")
    assert parted.body == QUESTION
    assert OLD in parted.quoted


def test_orange_and_la_poste_quote_the_old_headers_too() -> None:
    below = (
        f"> Message du 03/03/26 10:12\n> De : iméra\n> A : camille@example.fr\n> Objet : Offres\n>\n> {OLD}"
    )
    parted = new_text(f"STOP\n\n{below}")
    assert parted.body == "STOP"
    assert OLD in parted.quoted


def test_answers_between_quoted_lines_are_new() -> None:
    parted = new_text("> Votre adresse ?\nElle est fausse.\n> Votre nom ?\nCorrigez-le.\n")
    assert parted.body == "Elle est fausse.\nCorrigez-le."
    assert parted.quoted == "Votre adresse ?\nVotre nom ?"


def test_what_somebody_tells_of_a_letter_is_their_own_text() -> None:
    told = "Le 12 mars votre collègue a écrit :\nnon, et je demande donc mes données."
    assert new_text(told).body == told


def test_a_reply_that_says_thanks_says_nothing_else_e58() -> None:
    parted = new_text(f"merci, parfait\n\n{HEADS['gmail fr']}\n\n> {OLD}")
    assert parted.body == "merci, parfait"


def test_a_right_added_in_a_reply_is_new_e57() -> None:
    assert new_text(f"et effacez tout\n\n{HEADS['outlook fr']}\n{OLD}").body == "et effacez tout"


# --- mails passed on, and requests asked again

PASSED_ON = {
    "gmail": "---------- Forwarded message ---------\nDe : Camille Durand <camille@example.fr>\n"
    "Date: mar. 3 mars 2026 à 10:12\nSubject: Mes données\nTo: <bonjour@imera-paris.com>\n\n\n",
    "apple": "Début du message réexpédié :\n\nDe: Camille Durand <camille@example.fr>\nObjet: Mes données\n"
    "Date: 3 mars 2026 à 10:12:11 UTC+1\nÀ: bonjour@imera-paris.com\n\n",
    "thunderbird": "-------- Message transféré --------\nSujet : \tMes données\nDate : \tTue, 3 Mar 2026\n"
    "De : \tCamille Durand <camille@example.fr>\nPour : \tbonjour@imera-paris.com\n\n",
    "outlook": "De : Camille Durand <camille@example.fr>\nEnvoyé : mardi 3 mars 2026 10:12\n"
    "À : bonjour@imera-paris.com\nObjet : Mes données\n\n",
}
ASKED = "Bonjour, effacez mes données."


@pytest.mark.parametrize("head", PASSED_ON.values(), ids=PASSED_ON)
@pytest.mark.parametrize("above", ["", "Bonjour,\n\nvoir ci-dessous.\n\nCordialement,\nJulie\n\n"])
def test_a_mail_passed_on_without_a_word_speaks_for_itself_e55(head: str, above: str) -> None:
    parted = new_text(f"{above}{head}{ASKED}\n\nCordialement,\nCamille Durand\n")
    assert parted.body.endswith(ASKED)
    assert "Camille Durand" in parted.signature
    assert "camille@example.fr" in parted.author


def test_a_mail_passed_on_inside_quoted_lines_speaks_for_itself() -> None:
    assert (
        new_text(
            f"Début du message transféré :\n\n> De: Camille <c@example.fr>\n> Date: x\n> \n> {ASKED}"
        ).body
        == ASKED
    )


def test_our_own_mail_passed_on_speaks_for_nobody() -> None:
    sent = PASSED_ON["gmail"].replace("camille@example.fr", "news@imera-paris.com") + OLD
    assert new_text(f"FYI\n\n{sent}").body == "FYI"


def test_a_request_below_its_reminder_is_asked_again() -> None:
    reminder = "Bonjour, sans réponse à mon mail du 3 mars, je vous relance."
    below = f"Le 3 mars 2026 à 10:12, Camille Durand <camille@example.fr> a écrit :\n> {ASKED}\n"
    assert new_text(f"{reminder}\n\n{below}").body == f"{reminder}\n\n{ASKED}"


def test_mails_passed_on_for_ever_are_followed_a_few_times_only() -> None:
    parted = new_text(
        "---------- Forwarded message ---------\nDe : Camille <c@example.fr>\n\n" * 5_000 + ASKED
    )
    assert parted.body == ""
    assert ASKED in parted.quoted


def test_the_subject_of_a_mail_that_is_meant_is_meant_too() -> None:
    letter = f"De : Camille Durand\nÀ : iméra\nObjet : {{}}\n\n{QUESTION}"
    assert new_text(letter.format("Mes données")).body == f"Mes données\n\n{QUESTION}"
    assert new_text(letter.format("RE: Vos offres")).body == QUESTION


def test_a_list_that_its_writer_marked_is_new() -> None:
    assert (
        new_text("Je demande :\n> une copie\n> l'effacement").body == "Je demande :\nune copie\nl'effacement"
    )


def test_what_a_form_leaves_empty_is_not_said() -> None:
    form = "Je demande :\n[x] une copie\n[ ] l'effacement\n☒ leur source\n☐ rien"
    parted = new_text(form)
    assert parted.body == "Je demande :\n- une copie\n- leur source"
    assert parted.footers == "[ ] l'effacement\n☐ rien"


def test_boxes_of_which_none_is_ticked_are_a_list() -> None:
    form = "Je demande :\n☐ une copie\n☐ l'effacement"
    assert new_text(form).body == form


# --- signatures and footers


@pytest.mark.parametrize(
    "closing",
    [
        "Cordialement,", "Bien cordialement", "Cdlt", "Merci d'avance,", "Bonne journée,", "Sincères salutations",
        "Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées.", "Kind regards,", "Yours sincerely,",
        "Many thanks,", "Mit freundlichen Grüßen", "Un saludo,", "Cordiali saluti,", "Met vriendelijke groet,",
        "Atenciosamente,", "-- ", "--",
    ],
)  # fmt: skip
def test_names_and_numbers_under_a_closing_formula_are_the_signature(closing: str) -> None:
    signed = "Camille de La Tour\nAvocate à la Cour\n12 rue des Lilas\n75011 Paris\nTél. 01 02 03 04 05"
    parted = new_text(f"{QUESTION}\n\n{closing}\n\n{signed}\n\nEnvoyé de mon iPhone\n")
    assert parted.body == QUESTION
    assert parted.signature.endswith(signed)
    assert parted.footers == "Envoyé de mon iPhone"


@pytest.mark.parametrize(
    "asked",
    [
        "PS : supprimez aussi mon compte.",
        "P.S. stop pub",
        "Et retirez-moi de vos listes, je vous en prie depuis des mois.",
        "supprimez mes données",
        "Désinscription",
        "STOP",
        "Remove me",
        "Merci de supprimer mon compte",
        "En vous remerciant de supprimer mes données",
        "Veuillez recevoir ma demande d'accès à mes données",
        "Mes données doivent disparaître",
        "Accès aux données",
        "Clôture de compte",
    ],
)
def test_what_is_asked_under_a_closing_formula_is_still_asked(asked: str) -> None:
    assert new_text(f"{QUESTION}\n\nCordialement,\nCamille Durand\n\n{asked}").body.endswith(asked)


@pytest.mark.parametrize(
    "footer",
    [
        "Ce message et toutes les pièces jointes sont confidentiels et établis pour leurs seuls destinataires.",
        "This e-mail and any attachments are confidential and intended solely for the addressee.",
        "Si vous avez reçu ce message par erreur, merci de le supprimer et d'en avertir l'expéditeur.",
        "Pensez à l'environnement avant d'imprimer ce message.",
        "Vous recevez cet e-mail car vous êtes inscrit. Pour vous désinscrire, cliquez ici.",
        "Conformément à la loi Informatique et Libertés, vous disposez d'un droit d'accès et de suppression.",
        "You are receiving this email because you opted in. Unsubscribe here.",
        "Se désabonner | Voir dans le navigateur",
        "L'absence de virus dans ce courrier électronique a été vérifiée par le logiciel antivirus Avast.",
        "________________\nA notice. The e-mail is sent to one person. If you are not the recipient, delete it.",
        "Ce message est confidentiel. Si vous l'avez reçu par erreur, supprimez-le et prévenez-moi.",
        "AVERTISSEMENT : ce courriel est couvert par le secret professionnel. Reçu par erreur, veuillez l'effacer.",
        "Harrow Audio Ltd, registered in England. This e-mail is confidential. If you received it in error, delete it.",
    ],
)
def test_a_footer_says_nothing_e49(footer: str) -> None:
    parted = new_text(f"{QUESTION}\n\nCamille\n\n{footer}\n")
    assert parted.body == f"{QUESTION}\n\nCamille"
    assert parted.footers == footer


@pytest.mark.parametrize(
    "asked",
    [
        "Conformément au RGPD, je vous demande l'effacement de mes données : vous avez un mois.",
        "Désinscription",
        "unsubscribe",
        "Se désabonner",
        "Vous recevez cette lettre parce que je veux accéder à mes données.",
        "Ce message est strictement une demande : supprimez mon compte.",
        "Ce courrier recommandé est destiné à obtenir l'effacement des données de M. Blanc.",
        "Ce courrier vous est adressé au nom de M. Blanc, qui demande l'accès à ses données.",
        "Vous recevez cette demande au titre de l'article 15 : une copie des données est attendue.",
        "Conformément à l'article 12, vous disposez d'un délai d'un mois pour effacer ces données.",
        "Avertissement : dernier rappel avant la CNIL, effacez tout.",
        "Les données collectées lors de la commande doivent être effacées.",
        "Sollten Sie nicht innerhalb eines Monats antworten, folgt eine Beschwerde.",
        "To unsubscribe, the link does not work: remove the address.",
        "In accordance with Article 12, you have one month to answer.",
        "Envoyé aussi par lettre : supprimez le compte.",
        "Sent with a registered letter too, delete the account.",
        "Delete the account. This e-mail is confidential.",
        "Harrow Audio Ltd, registered in England, asks for a copy of its data.",
    ],
)
def test_a_request_that_sounds_like_a_footer_is_none(asked: str) -> None:
    assert new_text(asked).body == asked


# --- subjects


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Désinscription", ("Désinscription", False, False)),
        ("Re: RE : Vos offres", ("Vos offres", True, False)),
        ("TR : Fwd: demande", ("demande", False, True)),
        ("Réf: AW: WG: x", ("x", True, True)),
        ("Re[2]: x", ("x", True, False)),
        ("Retrait : mon consentement", ("Retrait : mon consentement", False, False)),
    ],
)
def test_a_subject_without_its_prefixes(subject: str, expected: tuple[str, bool, bool]) -> None:
    assert own_subject(subject) == expected


# --- any text

MARKS = [
    "", ">", "> x", "-- ", "Cordialement,", "Camille Durand", "PS", "De : a", "À : b", "Objet : c", "-----",
    "Le 3 mars 2026 à 10:12, x a écrit :", "---------- Forwarded message ---------", "Envoyé de mon iPhone",
    "Ce message est confidentiel", "[x] oui", "[ ] non", "\u2028", "\u0000", "İ", "\ud800", "e\u0301",
]  # fmt: skip
LINES = st.lists(st.one_of(st.text(max_size=60), st.sampled_from(MARKS)), max_size=30)


@example(["--", "1", "EL:0:00:A ECRIT:", "0", "--"])
@given(LINES)
def test_any_text_is_parted_and_no_word_of_it_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    parted = new_text(text)
    everything = parted.body + parted.signature + parted.quoted + parted.footers + "tgx"  # of &gt; and [x]
    assert {letter for letter in cleaned(text) if letter.isalnum()} <= set(everything)


@given(st.text())
def test_plain_text_keeps_its_places(text: str) -> None:
    assert len(plain(cleaned(text))) == len(cleaned(text))


@pytest.mark.parametrize(
    "said",
    [
        "Please disregard my request below, I withdraw it.",
        "Je vous transfère ce modèle par curiosité, je n'ai aucune demande.",
        "Ne tenez pas compte de mon message.",
    ],
)
def test_an_older_mail_that_is_taken_back_does_not_speak_for_its_writer(said: str) -> None:
    older = "On Mon, 3 Mar 2025 at 10:00, Camille Durand <c@example.fr> wrote:\n> Send me a copy of my data."
    assert new_text(f"{said}\n\n{older}").body == said


def test_an_older_mail_speaks_for_its_writer_who_withdraws_something_else() -> None:
    older = "On Mon, 3 Mar 2025 at 10:00, Camille Durand <c@example.fr> wrote:\n> Send me a copy of my data."
    assert "copy of my data" in new_text(f"Still no answer to my request below to withdraw.\n\n{older}").body
