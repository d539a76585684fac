"""Given names that are common in Europe, without accents: which of two words is the family name (`Durand Camille`).

They only decide between two readings of words that are there; a name that is missing here is read like any other.
"""

from __future__ import annotations

_LISTED = """
aaliyah abdel abdelaziz abdelkader abdellah abderrahmane abdou abdoulaye abigail achille adaeze adam
adama adelaide adele adeline aditi adrien adrienne afonso agatha agathe agnes agnieszka ahmad ahmed
ahmet aicha aida aiden ailsa aime aimee aisling aissata aissatou aitor ajay akosua alain alan alasdair
alba albane albert albertine alberto aldo aleksei alessandra alessandro alessia alex alexander
alexandra alexandre alexia alexis alfie alfred ali alice alicia alienor alina aline alison alistair
alix allan alma aloys alphonse ama amadou amaia amal amandine amaury amber ambre amel amelia amelie
amina aminata amine amir amira amit amr amy ana anaelle anais anas anastasia anatole anders andre
andrea andreas andree andreea andrew andriy andy ane ange angela angele angeline angelique angelo
angharad angus anh anick anil anissa anita anjali anke ann anna annabelle anne anne-lise annegret
annette annick annie anouk anselme anthea anthony antoine antoinette anton antonella antonia antonin
antonio antony aoife apolline arabella araminta archibald archie ariane arianna arielle aristide arjun
arlette armand armande armelle arnaud arno arthur asha ashley ashraf asif asma asmaa assetou assia
astou astrid aubin aude audrey august auguste augustin aurelia aurelie aurelien aurore ava awa axel
axelle aya ayesha aymeric ayoub ayse ayten aziz aziza badr bakary bao baptiste barbara baris barnabe
barnaby barry bart bartholomew bartolome bas basile bassam bastien beata beatrice beatrix beatriz bella
ben benedetta benedict benedicta benedicte benjamin benoit benoite berangere berenice bernadette bernard bernardo
bert berthe bertille bertrand beryl bethan bettina betty bianca bich bilal bill binh binta bintou birgit
bjarne bjorn blaise blanche blandine bob bogdan bohdan boris boubacar bouchra bradley brahim bram
brandon brayden brenda brendan brian brice bridget bridie brigid brigitte britta brittany bronwen brooke bruce
bruna bruno bryan burak caden caio caitlin calista callum camila camille candice caoimhe capucine
carine carl carla carlo carlos carmen carol carole carolina caroline carsten carys casimir caspian
cassandra cassandre catalina caterina cathal catherine cathy catrin catriona cecil cecile cecilia
cedric celeste celestin celestine celia celine cem cerys cesar chaima chantal charbel charlene charles
charley charlie charline charlotte cheikh chelsea cheryl chiamaka chiara chidi chinedu chloe chris
christa christel christelle christian christiane christina christine christophe christopher ciara cindy
claire clara clare clarence clarisse clark claude claudette claudia claudine claudio claus clea clemence
clement clementine cleo clive clodagh clothilde clotilde clovis colette colin coline colleen colm
colombe connor conor conrad constance constantin cora coralie cordelia corentin corinne cormac cornelia
cosima coumba courtney craig crispin cristiano cristina crystal curtis cynthia cyprien cyril cyrille
daan dafydd dahlia daisy dalia dalila damien dan dana daniel daniela daniele daniella danielle danny
daphne daria darius dave david dawn dean debbie deborah declan deepa deirdre dejan delia delphine
demelza denis denise deniz dennis derek dermot dervla desire desiree desmond destiny detlef dev diallo diana
diane diarmuid dick didier diego dieter dietrich dima dimitar dimitri dina dirk divya djamila djenaba
djeneba djibril dmitri dolores dom dominic dominik dominique domitille donal donald donatella donna
dora doreen dorian doris dorothea dorothee dorothy doug douglas dounia dragan driss drissa duarte duc
duncan dylan eamon ebba ebony eckhard ed eddy edgar edith edmond edmund edna edoardo edouard eduardo
edward edwige edwin efua eglantine eileen eilidh eimear ekaterina elaine elea eleanor elena eleonora
eleonore eliane elias elie elif elina eliot eliott elisa elisabeth elise eliza elizabeth ella ellen
ellie elliot elodie eloi eloise elouan elowen elsa elspeth elvira elvire emeka emeline emeric emil
emile emilia emilie emilien emilio emily emine emma emmanuel emmanuelle emmy emre emrys enguerrand enid
enrico enrique enzo eoghan eoin eric erica erich erik erika erin ernest ernestine ernst erwan erwin
esme esmeralda esteban estelle esther ethan ethel etienne euan eudes eugene eugenia eugenie eunice eva
evan evangeline evans eve evelina evelyn evelyne evie ewa ewan fabian fabien fabienne fabio fabiola
fabrice fabrizio fadi fadila faisal faith faiza fang fanny fanta farah fares farhan farid fatiha fatim
fatima fatma fatna fatou fatoumata faustine federica federico felicia felicie felicite felicity felipe
felix femke ferdinand fergal fergus fernand fernanda fernande fernando ffion finbar finn fiona fionn
flavia flavie flavien fleur flo floor flora flore florence florent florentin florian floriane florine
folake fouad foulques franca france francesca francesco francine francis francisca francisco franck
francois francoise frank frankie frans franz fraser fred freddie freddy frederic frederica frederick
frederike frederique freya friedrich gabi gabin gabriel gabriela gabriele gabriella gabrielle gael
gaelle gaetan gaetane garance gareth gary gaspard gaston gauthier gavin geeta geetha gemma genevieve geoffrey
geoffroy george georges georgette georgi georgia georgie georgina gerald geraldine gerard gerardo gerda
gerhard germain germaine gerrit gertrude ghada ghislain ghislaine ghita giacomo giada gianluca gianni
gideon gilbert gilberte gilda gilles gina ginette ginevra giorgia giorgio giovanna giovanni gisela
gisele giulia giuliana giulio giuseppe gladys glen glenys gloria godfrey goncalo gonzague gopal goran gordon
gorka grace graham grainne greetje greg gregoire gregor gregory greta gretel guilhem guillaume
guillemette gul gunilla gunter gunther gurpreet gus gustav gustave guy gwen gwenael gwenaelle gwendal
gwendoline gwendolyn gwenola gwilym gwladys gwyneth habib habiba hadi hadrien hafida hajar hakan hakim
hala halima hamid hamidou hamish hamza hana hanae hanane hank hanna hannah hannelore hans hansa harald harold
harpreet harriet harrison harry hartmut haruka harvey hassan hatem hatice hawa hayat hayden hayley
hazel heather heba heidi heike heinrich heinz helen helena helene helga helmut heloisa heloise hendrik
hendrika henk henri henrietta henriette henrik henrique henry herbert hermann hermine hermione herve
hicham hieu hilaire hilary hilda hind hippolyte hira hiroshi hoa hoang hocine holly hong honor honore
honorine horace horst hortense hossam houria howard hubert hugh hugo hugues huguette hui humbert huong
huseyin hussein hyun iain ian ibrahim ibrahima ibtissam ida idris idrissa ieuan ifeoma ignace ignacio
igor iker ikram ilan ilaria ilham ilona ilse ilyas ilyes imane imelda imen imene imogen imogene imran
inacio indira ines inge ingeborg inger ingo ingrid ioan ioana iona iqra irene irina iris irma iryna isa isaac
isabel isabella isabelle isadora isaure ishaan isla ismael isolde issa itziar ivan ivana ivo ivy
jacinthe jack jackie jackson jacob jacqueline jacques jacquot jad jade jago jaime jakob jamal james jamie
jamila jan jana jane janet janice janine jaouad jasmine jason jasper jaswinder javier jawad jay jayden
jean jean-luc jeanne jeannette jeannine jed jeff jeffrey jelena jelle jemima jennifer jenny jens
jeremie jeremy jeroen jerome jess jesse jessica jesus ji jian jie jill jim jimmy jing jiri joachim joan
joana joanna joanne joao joaquim joaquin jocelyn jocelyne jodie joe joel joelle joerg johan johann
johanna johanne john johnathan johnny johnson jolanda jolanta jon jonas jonathan joost jordan jordane
jordi jorg jorge joris jose josee josef josefina josep joseph josephine josette josh joshua josiane
jost josue jouke jowan joy joyce juan juana judith judy jules julia julian juliana julie julien
julienne juliet juliette julio julius jun jurgen juste justin justine jutta kader kadiatou kamala kamel kamila
kamran karam karamoko karen karim karima karin karine karl karla karsten kasimir katarina katarzyna
kate katell katharina katherine kathleen kathrin kathy katia katja katrin kavita kay kayden kayleigh
kazimierz keira keisha keith kelly kelsey kemal ken kenji kenneth kenza kerensa kerra kerstin kevin
khadija khady khaled khalid khalil khanh kheira khoa kieran kilian kim kiran kirsten kirsty klaas klara
klaus koen koffi kofi konrad krishna kristina krzysztof kumar kurt kwabena kwame kyle kylian kylie lachlan laetitia
lahcen lakshmi lamia lamine lan lara larbi larissa larry lars lasse latifa latoya laura laure laureen
lauren laurence laurent laurenz laurette laurie laurine layla lazare lea leah leanne lei leila lena
lenka lenny leo leon leona leonard leonardo leonie leonor leonora leontine leopold leopoldine leslie
leticia lewis liam lidia lilian liliane lilly lilou lily lin lina linda lindsay line ling linh linnea
lionel lisa lisbeth lise liselotte lisette livia liz loan logan loic lois lola loredana lorelei lorena
lorenzo lorette loris lorraine lotte lou louane loubna louis louisa louise louison loveday lubna luc
luca lucas luce lucette lucia luciana luciano lucie lucien lucienne lucile lucille lucinda lucrece lucy
ludivine ludovic ludovica ludwig luigi luis luisa luka lukas luke lutz lydia lydie lyes lyn lynn
lysiane maarten maartje mabel madeleine madeline madison mael maelle maelys maeve magali magalie magda
magdalena magdy maggie magnus mahaut mahmoud mai maia maika maimouna maire mairead maisie maite malcolm
malek malgorzata malia malik malika mallory malo malte mamadou mamoudou mandy manel manfred manish
manolo manon manpreet manuel manuela mara marc marceau marcel marcella marcelle marcello marcia marco
marcos marcus marek margaret margareta margarida margarita margaux margery margherita margot margrethe
marguerite maria mariam mariama mariame mariana marianne mariano marie marie-ange marie-claude marielle
marietta marijke marilyn marina marine mario marion marisa marisol marit marius marjolaine marjorie
mark marketa marko markus marlene marlon marta marten martha marthe martial martijn martim martin
martina martine marvin marwa mary maryam maryem maryline marylou maryse maryvonne mason massimiliano
massimo mateo matheo mathias mathieu mathilda mathilde mathis matilda matilde matteo matthew matthias
matthieu maud maude maureen maurice mauricette maurizio mauro mavis max maxence maxim maxime maximilian
maximilien may maya mechthild medhi meenakshi meera megan mehdi mehmet mei melanie melchior melina meline melissa
melody melusine mercedes mercy meredith meriem merle meryem mhairi mia micha michael michaela michel
michela michele micheline michelle mickael miguel mihaela mihai mika mike mikkel mila milan mildred
milena miles milica millicent millie milo milos mimi min mina ming minh mireia mireille mirella mireya
miriam mirko mitchell modibo mohamed mohammad mohammed mohan mohand moira moise molly mona monica monika
monique montserrat morag morgaine morgan morgane moritz morwenna mostafa moulay mouna mounia mounir
mourad moussa muhammad murat muriel murielle mustafa mustapha mykola mylene myriam myrtille nabil nabila nadeem
nadege nadia nadim nadine nadir nafissatou nahia naima najat nancy naomi napoleon narcisse nasser
nassim nassima nastasia natacha natalia natalie natalya natasha nathalie nathan nathanael nathaniel
nawal nawel naziha ndeye ned neha neil nele nelly nelson nerea nermin nerys neve nga ngoc ngozi nia
niall niamh niccolo nicholas nick nicola nicolas nicole nicoletta niels nigel nikhil nikita nikolai
nikolaus nils nina nino nisha noah noe noel noella noelle noemi noemie nolwenn nono noor nora norah
norbert norbertine nordine noreen norma norman nour noura nuala nuno nuria obinna oceane octave octavie
odette odile odilon odysseas oisin oksana oleksandr olena olga olive oliver olivia olivier ollie olof
omar ombeline ondine ondrej oonagh opal oran oriane oriol orla orlaith orlando orlane oscar oskar osman
oswald ottilie otto ottoline oumaima oumar oumou oumy ousmane owain owen ozan pablo pacome padraic
padraig paige palmyre paloma pam pamela paola paolo parker parwin pascal pascale pascaline pat patience
patrice patricia patrick patrizia pau paul paula paule paulette paulin pauline paulo pavel pawel pearl
pedro peggy penda penelope percy perran perrine perry pete peter petr petra phil philibert philip
philipp philippa philippe philippine philo philomene phoebe phuong phyllis pia piero pierre pierrette
pierrick piers pieter pietro pilar ping piotr piran polina polly pooja poppy prasad priscilla priscille priya
priyanka prosper prudence prune qiang quang quentin quitterie quynh rachel rachid rachida radka radu
rafael rafaela rafaele rafe rafferty rahul raimund rainer rajaa rajesh ralf ralph ramatoulaye ramesh
rami ramon ramona rana rania raoul raphael raphaelle raquel rasha rashid raul ravi ray rayan raymond
raymonde raza rebecca rebekka reggie regina reginald regine regis reine reinhard reinhold rekha remi remo
remy renan renata renate renato renaud rene renee reza rhian rhiannon rhys riad ricardo riccardo
richard rick rima rita rob robert roberta roberto robin rocco roch roderick rodney rodolphe rodrigo
rodrigue roger rohan roisin rokhaya rokia roland rolande rolf romain romaine romane romeo romuald romy
ron ronald ronan ronnie rory rosa rosalie rosalind rosalinde rosanna rose roseline roselyne rosemary
rosie rosine ross rowan roxane roy rozenn ruairi ruben ruby rudiger rudolf rudy rui rupert russell ruth
ruud ryan sabina sabine sabrina sacha sade sadia safaa sai said saida saima salif salim salima salimata
sally salma salome salvador salvatore salwa sam samantha samer samia samir samira samson samuel samy
sana sander sandra sandrine sandro sandy sanjay sanne santiago saoirse sara sarah sarita sascha sasha
saskia saul savannah scarlett scott seamus sean sebastian sebastien segolene sekou selena selene selim
selin selma sem sepp serena serge sergei sergey sergi sergio serkan servane severin severine seydou
shanice sharon shaun sheila shirley shona shreya sian sibylle sidney sidonie siegfried siena sienna
sigrid siham silke silvain silvia silvio simon simona simone simran sina sinead siobhan sira sixtine
sjoerd sofia sofiane sofie soizic solal solange soledad solene solenn solveig sonia sonja sophia sophie
soraya sorcha soren souad soufiane souleymane soumaya stacey stan stanislas stanley stefan stefania
stefanie stefano stella stephan stephane stephanie stephen steve steven stijn stuart sue sultan sunil
sunita suresh susan susana susanna susannah susanne suzanne suzette suzie suzy sven svenja svetlana
swati sybil sybille syed sylvain sylvaine sylvere sylvester sylvestre sylvia sylviane sylvie tabitha tadhg
tahir tamara tamsin tanguy tania tanja tanya tao tara taras tarek tariq tarquin tasha tatiana tatyana
tayeb ted teddy teja temperance terence teresa terry tess thais thanh thao thea thelma thelonius theo
theodora theodore theophile theresa therese thi thiago thibaud thibault thibaut thierno thierry thijs
thomas thorsten thuy tiago tibo tien tiffany tilda till tilly tim timeo timo timothee timothy tina tino
tiphaine titouan titus tiziana tobias toby todd tolga tom tomas tomasz tommaso tommy toni tony torben
torquil torsten touria toussaint tracey tracy trang trevor tristan trudy trung truus tuan tunde tyler
typhaine tyrone ugo uli ulrich ulrike ulysse umberto una unai urbain ursula ursule usha usman uta ute
uwe vaclav valentin valentina valentine valeria valerian valerie valerio valery valou vanessa vasco
vera verena verity veronica veronika veronique vesna vicente vicky victoire victor victoria victorien
victorine vijay vikram vilma vincent vincente viola violaine violet violetta violette virgile virginia
virginie vito vittoria vivian viviane vivien vivienne vladimir vladislav volker volkmar vy wael wafa
walid wallace walter waltraud wanda warren wassila wassim wayne wei wen wendy werner wesley wilf
wilfred wilfried wilhelm will willem william willy wim winifred wladimir wojciech wojtek wolf wolfgang
wolfram wouter xabier xavi xavier xaviere xiao ximena xin yacine yael yahya yamina yan yanis yann
yannick yannis yara yasmin yasmina yasmine yassine yaw yaya yemi yen yoan yoann yohann yolaine yolanda
yolande yong yordan younes youness youri youssef ysaline ysee yu yuki yulia yuna yusra yusuf yvan yves
yvette yvon yvonne zac zacharie zachary zack zahia zahra zainab zakaria zara zein zelda zelie zena
zenon zeynep ziad zina zineb zinedine zita zoe zofia zohra zoran zoubida zuleika zuzana
"""

GIVEN_NAMES = frozenset(_LISTED.split())
