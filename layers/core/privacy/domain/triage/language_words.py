"""Words by which a language is told: its small words, and those that mails to a shop are made of, without accents."""

from __future__ import annotations

from collections.abc import Mapping

_FRENCH = """
a acces achat adresse adresses ai aie aimerai aimerais ainsi ait ajd alors ancien ancienne anciens
anniversaire annuler apres arrete arreter arretez article attends au aucun aucune auj aujourd'hui aupres
aussi autre autres aux avais avait avant avec avez avoir avons ayant bcp beaucoup besoin bien bjr boite
bonjour bonsoir boutique c'est c'etait ca caisse car carte cdlt cdt ce cela celle celui cependant ces cet
cette ceux chaque chemise cher chere chez chui chuis ci client cliente clos cloturer colis combien
commande commandes comme comment compte comptes concernant contre coordonnees copie cordialement courriel
courrier d'abord d'accord d'apres d'autre d'avance d'ou d'un d'une dans dc de debut deja delai demande
demandes depuis des desabonnement desabonner desinscription desinscrire desinscrivez desole desormais
detenez deux devant dire dit dites dois doit donc donees dones donnee donnees donnes dont droit droits ds
dsl du echange efface effacement effacer effacez elle elles en encore enfin enlever enlevez ensuite entre
envoi envoye envoyer envoyez erreur est et etaient etait etant ete etes etre eu eux facture faire fais
fait faites faut femme fermer fermez fichier fichiers fille fils fin fois font frais gens grace helas hier
hors ici il ils informations inscrire inscrit inscrite j'ai j'aimerais j'attends j'avais j'en j'espere
j'etais j'exige j'y jai jamais je jeu jour jours jupe jusqu'a juste jveu jveux jvoudrai jvoudrais kan kant
ke ki koi l'ai l'on la laisse laisser le les lesquelles lettre leur leurs limitation liste listes
livraison lors lorsque lui m'a m'avez m'envoyer m'est ma madame magasin mail mails maintenant mais mari
marre me meme memes merci mere mersi mes mieux mm modification modifier moi moins mois mon monsieur ms n'a
n'ai n'est n'etait n'y naissance nan ne ni nn nom nos notre nous nouveau nouvelle nouvelles ns numero
objet offres on ont oppose opposition or ou ouais oui paiement panier papa par parce pardon parfois parmi
partie pas passe pb pendant pere personne personnel personnelle personnelles peu peut peux pk pkoi plai
plait plus plusieurs plutot point pointure portabilite pour pourquoi pourrais pourriez pouvez pouvoir pr
premier prenom pres prie produit promos promotions pub publicitaire publicite publicites puis puisque qqch
qqn qu'avez qu'est qu'il qu'ils qu'on qu'un quand que quel quelle quelles quelque quelques quels qui quoi
rappel rdv reception recevoir reclamation recois rectification rectifier recu refus refuse refusee
remboursement rembourser reponds reponse retard retire retirer retirez retour rien robe s'il sa sais sans
sauf savoir se selon sera serait seront ses si sien site slt soient sois soit sommes son sont souhaite
souhaiterais sous spam stopper stp suis sujet suppression supprime supprimer supprimez suprime suprimer
sur svoir svp taille tant tel telephone telle tellement tels tenez ticket tiens tjrs tjs toile toujours
tous tout toute toutefois toutes traitement tres trop trouve tt tte tts tu un une utilisation utilisez va
vais vente vers veste vetement veuillez veut veux vis-a-vis voici voila voir voire vois vont vos votre vou
voudrais voulais vous vouz vraiment vs y zetes
"""

_ENGLISH = """
a about above access account address ads advertising adverts after again against all already also although
always am an and another any anymore anyone anything are aren't around as asap ask asked asking at away
back bank basket be because been before being below best better between birthday both bought box brother
but by came can can't cannot cant card clothes collected come consent cookies copy could couldn't customer
customers dad data dated daughter day days dear deceased delete deleted deletion delivered delivery
details did didn't didnt directive do does doesn't doesnt doing don't done dont down dress during each
either else email emails enough erase erased erasure even ever every everything exchange father few file
files find first for forget forward found friend from further gave gdpr get getting give given go going
gone good got had has hasn't have haven't having he hello help her here hers hi him his hold holding hope
how however husband i i'd i'll i'm i've if im in information instead into invoice is isn't it it's its ive
jacket just keep kept kind kindly know last late later least leave left less let letter like list lists
little long look looking lot machine-readable made mail mailing mailings make many marketing may me might
mine more most mother much mum must my myself name need never new newsletter newsletters next no nobody
none nor not nothing now object objection of off offers often ok old on once one only opt opted or order
ordered orders other our out over own parcel passed past payment people personal phone please pls plz
policy portability postcode privacy processing profile profiling proof purchase put rather read really
receipt receive received rectify refund refused regards removal remove reply request requests restrict
restriction return returned review right rights said sale same say scarf see send sending sent she shirt
shoes shop should shouldn't since size skirt so some somebody someone something son soon sorry spam
spelling still stop stopping store subscribed subscription such take taken tell texts than thank thanks
thankyou that that's the their them then there these they thing things think this those though through
thus thx till to today together told too took track trousers try two u under unsubscribe until up update
updated upon ur us use used using very want wanted was wasn't way we week weeks well went were weren't
what when where whether which while who whose why wife will wish with withdraw withdrawing within without
won't wont would wouldn't write writing wrong year years yes yesterday yet you you'd you'll you're you've
your yours yourself
"""

_GERMAN = """
ab aber abmelden abmeldung adresse alle allem allen aller alles als also am an ander andere anderen
angebote auch auf aus auskunft bei beim bereits berichtigung bestellnummer bestellt bestellung
bestellungen bin bis bist bitte da dabei dadurch damit danach dank danke dann daran darauf darf darum das
dass daten dein deine dem den denn der deren des deshalb dessen die dies diese diesem diesen dieser dieses
doch dort du durch ein eine einem einen einer eines einwilligung er erhalten es etwas euch euer falsch
freundlichen fur gar geehrte geehrten gegen gehabt geloscht gemacht gern gerne geschickt gespeichert
gewesen gibt gruss grusse grussen gruß gruße grußen grüßen guten hab habe haben hallo hat hatte hatten
herr hier hiermit ich ihm ihn ihnen ihr ihre ihrem ihren ihrer immer in ins ist ja jede jeder jetzt kann
kein keine keinen keiner kleid konnen konnte konnten konto kunde kundenkonto kundennummer kundin leider
lieferung los loschen loschung mails mehr mein meine meinem meinen meiner meines meldung mich mir mit
mochte mochten muss mutter nach name nicht nichts noch nun nur ob oder ohne paket personenbezogene
personenbezogenen rechnung ruckerstattung schicken schon sehr sei seien sein seine seinen seit seitdem
selbst senden sich sie sind so sofort sollte sondern speichern tag tun uber um und uns unser unsere unter
vater verarbeitung verstorben vielen vom von vor wann war waren warum was weil welche welchen welcher wenn
werbemails werbung werde werden widerruf widerrufe widerspreche widerspruch wie wieder will wir wird wo
wollen wurde wurden zu zum zur zwischen
"""

_SPANISH = """
a acceso acerca ademas ahi ahora al algo alguna alguno algunos antes aqui asi atentamente aun aunque ayer
baja bien boletin borrado borrar borreis borren buenas buenos cada cancelar casi cliente como compra
compre con consentimiento contra copia correo correos cual cualquier cuando cuanto cuenta cuyo darme darse
datos de debe deben deja dejar dejen del derecho derechos desde despues devolucion dias dice dicho
direccion donde dos durante e el eliminacion eliminar eliminen ella ellos en entonces entre enviar
enviarme envien era eran es esa ese eso esta estaba estan estar estas este estimados esto estos estoy
factura fallecido fallecio favor fichero fue fueron gracias gustaria ha habia hace hacer han hasta hay he
hemos hola hoy igual incluso informacion jamas junto la las le les lo los luego madre marido mas me mejor
menos mensajes mi mientras mio mis misma mismo momento muchas mucho muchos muy nada nadie ni ningun
ninguna no nombre nos nosotros nuestra nuestro nunca o oposicion os otra otro otros padre para parte
pedido pedidos pero personales poco podeis poder podrian por porque posible primero producto publicidad
puede pueden puedo pues que quien quiero quisiera quisiese quitar quiten recibido recibir recibo
rectificacion rectificar sabe saber saludo saludos se sea segun ser si sido siempre sin sobre solicitar
solicito solo somos son soy su supresion suprimir sus tambien tampoco tan tanto tarde te tener tengo
tienda tiene tienen toda todas todavia todo todos tras tratamiento tu tus un una unas uno unos usted
ustedes va vestido vez ya yo
"""

_ITALIAN = """
a accesso acquisti acquisto adesso ai al alla alle allo anche ancora avere avete aveva avevo avuto bensi
buonasera buongiorno c'e cancellare cancellarmi cancellate cancellazione che chi chiederei chiedo ci cio
cliente come con consenso contro copia cordiali cortesemente cosa cosi cui da dai dal dalla dalle dallo
dati degli dei del dell dell'articolo della delle dello dentro deve di diritti diritto disiscrivere
disiscrizione dopo dove dovete due e ed egregi elenco eliminare eliminate era erano essere fa fare fatto
fattura fornire fra gentile gentili gia gli grazie ha hanno ho i il in indirizzo informazioni invece
inviare inviarmi inviate io l'accesso la lavoro le lei li lista lo loro ma madre mai mail me mentre
messaggi mi mia mie miei mio molto ne negli negozio nei nel nell nella nelle nessun nessuna niente noi
nome non nostra nostro nulla o oggi ogni oppongo opposizione oppure ora ordinato ordine ordini pacco padre
per perche pero personali piu poi poiche posso posta potete potrei potreste prego presso prima pubblicita
pubblicitarie puo qualcuno quale quali quando quanto quella quelle quelli quello questa queste questi
questo qui quindi rettifica revoco ricevere ricevo ricevuto richiedo richiesta riguardano rimborso saluti
saluto salve sapere se sei sempre senza sia siamo siete smettete sono spedizione stata stato su sua subito
sue sugli sui sul sulla suo suoi te togliermi togliete tra trattamento troppo tutta tutte tutti tutto un
un'altra una uno utilizzo va vestito vi voi volta vorrei vostra vostre vostri vostro
"""

_DUTCH = """
aan aanbiedingen account achter adres af afmelden afmelding al alle alleen als alstublieft altijd ander
andere bedankt ben bent beste besteld bestelling bestellingen bestelnummer betreft bezorgd bezwaar bij
bijvoorbeeld binnen daar daarom dag dan dank dankjewel dat de deze die dit doen door dus echter een eens
en enige er even factuur ga gaan gaat geachte gedaan geef geen gegevens gehad geweest goed goedemiddag
goedemorgen goedendag graag groet groeten had hallo heb hebben hebt heeft heel hem hen het hier hij hoe
hun iemand iets ik in intrekken inzage is ja jaar jammer je jij jouw jullie jurk kan klant klantnummer kon
kopie kunnen kunt laat laten levering maand maar mag mails me meer met mevrouw mij mijn mijnheer moeder
moet moeten na naam naar namelijk nee niet niets nieuwsbrief nog nooit nu of om omdat onder ons ontvang
ontvangen onze ook op opgeslagen over overleden pakket persoonlijke persoonsgegevens recht rechten reclame
reeds rekening retour sinds staat steeds stop stoppen sturen stuur te tegen tegenwoordig ten terugbetaling
tijd toch toe toestemming tot tussen u uit uitschrijven uw uwe vader van vanaf vandaag vanwege veel verder
vergeten verstuurd verwerking verwijder verwijderd verwijderen verzoek via voor vooral vraag vragen
vriendelijke waar waarom wanneer want waren was wat we weer wel welke werd weten wie wij wil willen winkel
wissen word worden wordt zal ze zeer zelf zich zij zijn zo zoals zodat zonder zou zouden
"""

_PORTUGUESE = """
a acerca acesso ainda algum alguma alguns anular ao aos apagar apaguem apenas aqui artigo as assim ate
atenciosamente bem boa boas bom cada caso cliente com como compra comprei consentimento conta contra copia
cumprimentos da dados das de dela dele deles depois desde dessa desse desta deste dia dias direito
direitos do dois dos e ela ele eles eliminacao eliminar eliminem em email emails encomenda encomendas
encomendei endereco entre enviar enviem era eram essa esse esta estao estar estava este estes estou eu
exmos fatura favor fazer ficheiro fiz foi foram fosse gostaria ha hoje informacoes isso isto ja la lhe
lhes lista loja mae mais mas me mensagens mesmo meu meus mim minha minhas morada muito na nada nao nas nem
nenhum nenhuma nesta neste ninguem no nome nos nossa nosso num numa nunca o obrigada obrigado ola onde
ontem oponho oposicao os ou outra outro outros pai para pedido pela pelas pelo pelos per perante pessoais
pode podem poderiam podia pois por porque possivel pouco preciso pretendo primeiro publicidade qual
qualquer quando quanto que quem queria quero receber recebi recebo reembolso removam remover retificacao
retificar retirar sabe saber saudacoes se seja sem sempre senhor senhora senhores ser seu seus si sido sim
sobre solicito somos sou sua suas subscricao tambem tanto tao tem tenham tenho ter teve todas todo todos
tratamento tudo um uma umas uns venho vestido voce voces vossa vossas vosso vossos
"""


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: By ISO 639-1 code.
WORDS: Mapping[str, frozenset[str]] = {
    "fr": _set_of(_FRENCH),
    "en": _set_of(_ENGLISH),
    "de": _set_of(_GERMAN),
    "es": _set_of(_SPANISH),
    "it": _set_of(_ITALIAN),
    "nl": _set_of(_DUTCH),
    "pt": _set_of(_PORTUGUESE),
}
