"""What programs and companies put under a mail, and its writer did not: disclaimers, advertisements, devices."""

from __future__ import annotations

import re
from collections.abc import Sequence

from privacy.domain.triage.spelling import plain

_AROUND = " \t*_-–—#|[]()<>•·\"'«»"
#: A footer shows what it is in its first words.
_SEEN = 400

#: One line, and no more than that.
_DEVICE = re.compile(
    r"(?:envoye (?:de|depuis|a partir de|avec|via|par) (?:mon|ma|l'|la|le|un|une|outlook|yahoo|orange|"
    r"gmail|proton|mail|free|sfr|bouygues|iphone|android)"
    r"|sent (?:from|via|with|using) (?:my|mail|outlook|yahoo|proton|the|an?|gmail|iphone|android|samsung|"
    r"a)\b"
    r"|(?:mail|e-mail|message|courriel) envoye (?:de|depuis|via|avec) |(?:telechargez|telecharger|get|"
    r"download) \w+ (?:pour|for) (?:ios|android|mac)"
    r"|(?:get|download) outlook for|(?:telechargez|telecharger|obtenez|obtenir) outlook"
    r"|(?:von meinem|von meiner) .{1,40} gesendet|gesendet (?:mit|von|uber|aus)\b"
    r"|enviado (?:desde|do|da|de|a partir de|con)\b|inviato (?:da|dal|dalla|con)\b|verzonden (?:vanaf|met|"
    r"via|vanuit)\b"
    r"|(?:provenance|from|von) ?: (?:courrier|mail) (?:pour|for|fur) windows|courrier pour windows|"
    r"mail (?:for|pour) windows"
    r"|yahoo mail ?[:.]|proton mail|bitte beachten sie die umwelt)"
)

#: Where no word of the paragraph is in the first person.
_LEGAL = re.compile(
    r"(?:(?:ce|cet|cette|le present|la presente) (?:message|courriel|mail|e-?mail|courrier|communication|"
    r"transmission|envoi)s?\b.{0,160}\b(?:confidentiel|strictement (?:personnel|reserve)|peuvent contenir|"
    r"peut contenir|est etabli|intention exclusive|virus|"
    r"destinee?s? (?:exclusivement|uniquement|a l'usage|a (?:la|son|ses|leurs?) |aux? (?:seule?s?|"
    r"destinataire)))"
    r"|(?:si vous n'etes pas|si vous avez recu|si ce message vous)\b.{0,60}\b(?:destinataire|par erreur)"
    r"|ce(?:t|tte)? (?:message|courriel|mail|e-?mail|lettre|newsletter)\b.{0,20}\b(?:a ete|"
    r"est) envoyee? (?:a \S{1,80}@|car|parce)"
    r"|ce (?:message|courriel|mail|e-?mail|courrier)\b.{0,40}\bcouvert\w* par le secret"
    r"|vous (?:recevez|avez recu) (?:ce|cet|cette|nos|notre) (?:mails?|e-?mails?|courriels?|messages?|"
    r"newsletter|lettre d'info\w*|offres)\b"
    r".{0,80}\b(?:car|parce|inscri\w+|abonn\w+|clients? (?:de|chez)|suite a)\b"
    r"|this (?:e-?mail|message|communication|transmission)\b.{0,160}\b(?:confidential|privileged|virus|"
    r"was sent to \S{1,80}@|"
    r"intended (?:only|solely|exclusively|for the (?:use|addressee|recipient|named|person)))"
    r"|the (?:information|contents?) (?:contained )?(?:in|of) this (?:e-?mail|message)"
    r"|if you (?:are not|have received|received)\b.{0,60}\b(?:recipient|error|mistake)"
    r"|you(?:'re| are) receiving (?:this|our) (?:e-?mail|message|newsletter)|you (?:received|"
    r"have received) this (?:e-?mail|message|newsletter)\b.{0,20} because"
    r"|(?:avis de confidentialite|confidentiality notice|disclaimer|legal notice|mentions? legales?) ?(?::|"
    r"-|$)"
    r"|diese (?:e-?mail|nachricht)\b.{0,160}\b(?:vertraulich|bestimmt)"
    r"|sollten sie (?:nicht der (?:richtige|vorgesehene|beabsichtigte)|diese (?:e-?mail|nachricht))"
    r"|este (?:mensaje|correo)\b.{0,160}\bconfidencial|questo messaggio\b.{0,160}\b(?:riservat|"
    r"confidenzial)"
    r"|dit (?:bericht|e-mailbericht)\b.{0,160}\bvertrouwelijk|esta mensagem\b.{0,160}\bconfidencia"
    r"|(?:conformement .{0,140}\b)?vous (?:disposez (?:egalement |a tout moment )?(?:d'un droit|du droit|"
    r"de droits|des droits)|"
    r"beneficiez (?:egalement |a tout moment )?(?:d'un droit|du droit|de droits|des droits)|avez (?:le|"
    r"un) droit|"
    r"pouvez (?:a tout moment |egalement )?(?:exercer|demander|acceder|vous (?:opposer|desinscrire|"
    r"desabonner)|obtenir|retirer|introduire))\b"
    r"|(?:les informations|les donnees|vos donnees)\b.{0,80}\b(?:recueillies|collectees|traitees|"
    r"enregistrees|font l'objet)\b"
    r".{0,300}\bvous (?:disposez|beneficiez|pouvez|avez)\b"
    r"|(?:in accordance with .{0,140}\b|under the gdpr,? )you (?:(?:may|can) (?:exercise|request|access|"
    r"unsubscribe|object|withdraw|ask)|"
    r"have (?:the|a) right)\b"
    r"|(?:nous|we) (?:traitons|process) (?:vos|your)\b)"
)
#: A link that does not do what the footer says is the writer's complaint.
_COMPLAINT = re.compile(
    r"\b(?:ne (?:marche|fonctionne|repond)|marche pas|fonctionne pas|not work|n't work|broken|impossible|"
    r"en vain|fails?)\b"
)
#: What a program adds speaks of programs and telephones.
_MATTER = re.compile(r"suppri|effac|delet|eras|unsubscr|desinscr|donnee|\bdata\b|remov|compte|account")
_FOOTER = re.compile(
    r"(?:(?:pensez a|preservons|protegeons|respectons) (?:l'environnement|la planete)|(?:avant d'imprimer|"
    r"n'imprimez)\b.{0,80}\b(?:environnement|necessaire|message|courriel|mail)"
    r"|(?:please )?(?:consider|think of|think about) the environment|save (?:paper|a tree)"
    r"|(?:l'absence de virus|garanti sans virus|sans virus|virus-free|virenfrei|sin virus|libre de virus|"
    r"privo di virus|virusvrij)\b"
    r"|(?:this|ce) (?:e-?mail|message|mail|courriel) (?:has been|was|a ete) (?:checked|scanned|verifie|"
    r"analyse)"
    r"|(?:pour|si vous (?:ne )?(?:souhaitez|desirez|voulez))\b.{0,30}\b(?:desinscrire|desabonner|"
    r"plus recevoir)\b.{0,80}\b(?:clique|ici|lien|suivez|rendez)"
    r"|(?:to|if you (?:no longer|wish|want|would like|do not|don't))\b.{0,60}\b(?:unsubscribe|receive|"
    r"opt out)\b.{0,80}\b(?:click|here|link|visit|follow)"
    r"|(?:cliquez (?:ici|sur)|click here)\b.{0,60}\b(?:desinscrire|desabonner|unsubscribe|opt out)"
    r"|(?:se desinscrire|se desabonner|me desinscrire|me desabonner|unsubscribe|desinscription|"
    r"abmelden)\b ?[|\[(<·•-]"
    r"|[^|\n]{0,80}[|·•] ?(?:se desinscrire|se desabonner|me desinscrire|me desabonner|unsubscribe|"
    r"desinscription|politique de confidentialite|privacy policy)"
    r"|(?:voir|afficher|consulter|ouvrir|lire)\b.{0,40}\b(?:navigateur|version en ligne)|view (?:this|it|"
    r"in)\b.{0,30}\bbrowser"
    r"|(?:©|\(c\)|copyright) ?(?:20|19)\d\d|(?:tous droits reserves|all rights reserved))"
)
#: A line drawn, or a firm's imprint, with the disclaimer behind it.
_RULE = re.compile(r"[ \t]*[_=*–—-]{8,}[ \t]*$")
_IMPRINT = re.compile(
    r"[^.\n]{2,60}\b(?:ltd|limited|plc|llp|inc|llc|sarl|sas|sasu|eurl|s\.a\.(?:r\.l\.)?|gmbh|rcs)\b|"
    r"[^.\n]{0,60}\b(?:registered (?:in|office|company)|au capital de)\b"
)
_FIRST_PERSON = re.compile(
    r"(?<![a-z])(?:je|j'|mon|ma|mes|moi|m'|i|my|me|i'm|ich|mein[a-z]*|yo|mis?|io|ik|mijn|eu|meus?)(?![a-z])"
)


def is_device_line(line: str) -> bool:
    """`Envoyé de mon iPhone`: what the program adds, on a line of its own."""
    low = plain(line.strip(" \t*_-–—[]()<>"))
    short = bool(low) and len(low) <= 90 and low.count(" ") <= 11
    return short and _DEVICE.match(low) is not None and not _MATTER.search(low)


def footer_from(paragraph: Sequence[str]) -> int | None:
    """Return the line of a paragraph (lines without a blank one between) from which it is a footer, if any."""
    for number, line in enumerate(paragraph):
        alone = _HEADED.sub("", plain(line[:_SEEN].strip(_AROUND)), count=1)
        if _FOOTER.match(alone) and _is_nobodys(alone):
            return number
        if (
            number == 0
            or _LEGAL.match(alone)
            or alone.startswith(("conformement", "in accordance", "les ", "vos "))
        ):
            rest = _HEADED.sub(
                "", plain(" ".join(paragraph[number : number + 12])[:1200]).strip(_AROUND), count=1
            )
            if (_LEGAL.match(rest) or (number == 0 and _FOOTER.match(rest))) and _is_nobodys(rest):
                return number
        if _RULE.match(line) or _IMPRINT.match(alone):
            rest = plain(" ".join(paragraph[number : number + 12])[:1200])
            if _LEGAL.search(rest) and _is_nobodys(rest):
                return number
    return None


#: What a disclaimer is headed with, and whom it wants to be told.
_HEADED = re.compile(r"(?:avertissement|attention|important|note|notice|nota bene) ?[:-] ?(?=ce|this|the )")
_TELL = re.compile(r"\b(?:prevenez|avertissez|informez|contactez|notify|tell|inform|contact)[ -](?:moi|me)\b")


def _is_nobodys(low: str) -> bool:
    return not (_FIRST_PERSON.search(_TELL.sub("", low)) or _COMPLAINT.search(low))
