"""Subjects that people ask anybody about, and few wikis: some words of each, a line each (data).

They stand for the rest of the world: a question that is nearer to one of them than to anything
that the wiki says is asked in the wrong place (``elsewhere.py``). They are read by meaning, in
whatever language the question is.
"""

from collections.abc import Mapping

from wiki.api.meaning import text_digest

#: encoders that must agree that a question is nearer to one of them
AGREE = 2
_LINES = """
cuisson du riz, des pâtes, des légumes
crêpes, gaufres, pâte, œufs, farine
gâteau, tarte, biscuits, chocolat
rôti, poulet au four, gigot
poisson grillé, moules, huîtres, crevettes
soupe, purée, gratin
sauce, mayonnaise, vinaigrette
pizza, lasagnes, spaghettis
couscous, tajine, curry, sushi
raclette, fondue, fromages
confiture, sirop, miel sur la tartine
glace, sorbet, crème chantilly
pain, brioche, levain, croissants
fruits à éplucher, noix, pomme, banane, avocat
épices, sel, poivre, ail, persil
vin, bouteille, cépage, dégustation
bière, cidre, rhum, cocktail
café, thé, infusion
restaurant gastronomique, chef étoilé, menu
calories, régime, maigrir
casserole brûlée, vaisselle, poêle
couteau, fourchette, mixeur, robot de cuisine
tache de vin, tache de graisse
lessive, repassage, chemise
cravate, foulard, nœuds, lacets
chaussures, cuir, semelle, cirage
argenterie, cuivre, vitres qui brillent
calcaire, rouille, bouilloire
savon, shampoing, dentifrice maison
poussière, aspirateur, balai, moquette
fourmis, mites, cafards, souris dans la cuisine
moustiques, guêpes, frelons, piqûres
évier bouché, robinet qui fuit
carrelage, parquet, plâtre
meuble, chaise, étagère, vis, perceuse
papier peint, pinceau, rouleau, peinture d'une pièce
marteau, scie, clous, affûtage des outils
serrure, clé perdue, porte qui grince
ampoule, prise, interrupteur
rosier, arbuste, taille, greffe
semis, tomates, potager, automne
pelouse, tondeuse, gazon
plante verte, rempotage, cactus, orchidée
bouquet de fleurs, roses, tulipes
pommes de terre, carottes, salades au jardin
arbre fruitier, cerisier, olivier, citronnier
feuilles des arbres en automne, écorce, racines
photosynthèse, chlorophylle, graines, pollen
chiot, dressage d'un chien, laisse
chat qui ronronne, litière
lapin, hamster, cochon d'Inde
hérisson, tortue, écureuil
poisson rouge, aquarium
perroquet, canari, cage
cheval, équitation, poney, selle
araignée, scorpion, mille-pattes
papillon, coccinelle, libellule, escargot
lion, tigre, éléphant, girafe
baleine, dauphin, requin, pieuvre
ours, renard, cerf, sanglier
serpent, crocodile, lézard, grenouille
aigle, hibou, pingouin, hirondelle
singe, gorille, kangourou, panda
dinosaures, fossiles, mammouths
pêche à la truite, hameçon
cueillette de champignons, cèpes
football, coupe du monde, but, gardien
rugby, basket, handball, volley, équipe
tennis, ping-pong, badminton, raquette
Tour de France, course cycliste, maillot jaune
jeux olympiques, médaille d'or, podium
saut à la perche, lancer du poids, sprint, record du monde
marathon, entraînement, course à pied
boxe, judo, karaté, ceinture noire
golf, pétanque, bowling, billard
voile, surf, planche, plongée
ski, luge, patinage, snowboard
natation, brasse, crawl, apprendre à nager
formule 1, rallye, moto, pilote
muscles, pompes, abdominaux, étirements
yoga, méditation, respiration
danse, valse, tango, ballet
randonnée, bivouac, escalade, haute montagne
tente, sac de couchage, réchaud, feu de camp
belote, poker, bridge, cartes
échecs, dames, pion, échec et mat
dés, dominos, Scrabble, Monopoly
puzzle, Rubik's cube, sudoku, mots croisés
jeu vidéo, console, manette, niveau
jonglage, cirque, clown, acrobate
magie, tours de cartes, illusion
origami, avion en papier, pliage
tricot, crochet, laine, écharpe
couture, bouton, ourlet, machine à coudre
poterie, argile, tour du potier
cabane dans un arbre, cerf-volant, maquette
bougie, encens, parfum d'intérieur
timbres, pièces de monnaie, collection
guitare, accords, cordes
piano, clavier, partition, solfège
violon, flûte, trompette, batterie
chanson, chanteuse, paroles, refrain
rock, rap, jazz, variété, disque
compositeur classique, symphonie, opéra, Mozart, Vivaldi
peintre, tableau, Joconde, impressionnisme
sculpteur, statue, marbre, Rodin
architecte, cathédrale, château, pyramide
roman, écrivain, Victor Hugo, Balzac
poème, sonnet, vers, rime, Baudelaire
théâtre, Molière, tragédie, comédie
conte, fable, La Fontaine, Perrault
bande dessinée, Astérix, Tintin, manga
film, acteur, réalisateur, Titanic
cinéma ce soir, séance, bande-annonce
série, télévision, épisode, saison
dessin animé, Disney, Mickey
dessin d'un visage, aquarelle, crayon
photographie, objectif, portrait, flash
capitale d'un pays, Mongolie, Pérou, Canada
sommet, Everest, Mont-Blanc, chaîne de montagnes
fleuve, Nil, Amazone, Loire
océan, fosse sous-marine, profondeur, île
désert, Sahara, oasis, dunes
volcan, éruption, tremblement de terre
pôle Nord, banquise, aurores boréales
pays d'Europe, frontière, drapeau
Amérique, Brésil, Mexique, Argentine
Afrique, Kenya, Égypte, savane
Asie, Chine, Japon, Inde
Islande, Norvège, Écosse, Irlande
Italie, Espagne, Portugal, Grèce
États-Unis, New York, Californie
Machu Picchu, Taj Mahal, Grande Muraille
population d'un pays du monde, superficie
distance entre deux villes du monde
hauteur d'un monument, tour Eiffel
bataille, Napoléon, Waterloo, Austerlitz
roi de France, Louis XIV, reine, couronnement
Révolution française, guillotine, Bastille
guerre mondiale, tranchées, débarquement
pharaons, Cléopâtre, momies, Toutankhamon
Romains, Jules César, gladiateurs, Gaulois
Grecs anciens, Socrate, Zeus, mythologie
Vikings, chevaliers, Moyen Âge, croisades
hommes préhistoriques, grottes, silex
Christophe Colomb, Magellan, grandes découvertes
Jeanne d'Arc, Charlemagne, Clovis
inventeur de l'ampoule, du téléphone, de la radio
Einstein, Newton, Marie Curie, Galilée
président des États-Unis, élection américaine
pape, Vatican, saints
célébrité, âge d'un acteur, mariage de stars
reine d'Angleterre, prince, princesse
ciel bleu, arc-en-ciel, nuages
mer salée, marées, vagues
saisons, équinoxe, calendrier, année bissextile
fuseau horaire, décalage horaire
Lune, éclipse, astronaute
Mars, Jupiter, planètes, système solaire
étoile filante, comète, météorite
trou noir, galaxie, big bang
vitesse de la lumière, vitesse du son
gravité, masse, pesanteur
électricité, aimant, foudre, courant
nombre pi, équation, théorème de Pythagore
multiplication, fraction, pourcentage, racine carrée
triangle, cercle, cube, périmètre
mètre, pouce, mile, livre, conversion
atome, électron, uranium
molécule, acide, réaction chimique
or, argent, diamant, pierre précieuse
température d'ébullition, congélation de l'eau
moteur diesel, piston, embrayage
avion, hélicoptère, fusée, décollage
bateau, sous-marin, ancre, phare
train à vapeur, locomotive
montre, horloge, mécanisme, réveil
météo de demain, pluie, orage, soleil
canicule, neige, brouillard, grêle
horoscope, signes du zodiaque
signification d'un rêve, superstition, chat noir
origine d'un prénom, d'un nom de famille
origine d'un mot, étymologie, expression
orthographe d'un mot, pluriel, conjugaison
bonjour en japonais, en italien, en russe
adjectif, verbe, métaphore, grammaire
alphabet, chiffres romains, morse
proverbe, citation célèbre, dicton
blague, devinette, charade
Dieu, prière, Bible, Coran
philosophie, bonheur, sens de la vie
fantôme, vampire, extraterrestre, licorne
cœur, poumons, estomac, foie
os, squelette, dents, muscles du corps
cerveau, mémoire, bâillement, hoquet
sang, groupe sanguin, artère
yeux, lunettes, oreilles, nez
rhume, toux, fièvre, grippe
mal de dos, mal de tête, mal de ventre
entorse, brûlure, coupure, pansement
allergie, rhume des foins, asthme
vitamines, fer, magnésium
sommeil, ronflement, insomnie
poux, verrues, boutons, acné
coup de soleil, bronzage, crème solaire
tatouage, piercing
coiffure, coloration, boucles, calvitie
maquillage, rouge à lèvres, vernis à ongles
rasage, barbe, moustache
robe, costume, mode, taille de vêtement
bijoux, bague, collier, parfum
couleurs assorties, décoration, rideaux
poussette, biberon, couches, tétine
bébé qui pleure, premières dents, sieste
grossesse, accouchement, prénom
jouets, poupée, peluche, trottinette
cadeau d'anniversaire, cadeau de Noël
Noël, sapin, Père Noël, réveillon
Pâques, Halloween, carnaval
mariage, robe de mariée, discours, faire-part
lettre d'amour, rupture, séduction
amitié, timidité, jalousie
fête d'anniversaire, ballons, déguisement
vacances, plage, mer, parasol
hôtel, auberge, chambre à Venise
billet d'avion, vol long-courrier, aéroport
croisière, île paradisiaque, cocotiers
musée du Louvre, entrée, visite
parc d'attractions, zoo, manège
valise, bagages, sac à dos
carte routière, autoroute, péage
pneus, vidange, batterie, essuie-glace
boîte de vitesses, conduite, créneau
crevaison, dérailleur, chaîne de vélo
machine à laver, lave-vaisselle, réfrigérateur en panne
télévision, télécommande, chaîne hi-fi
écran noir, ordinateur qui ne démarre plus, virus
batterie du téléphone, sonnerie, coque
casque audio, enceinte, écouteurs
horaires de la piscine, de la boulangerie, du supermarché
prix d'un kilo de cerises, soldes, promotion
loto, casino, pari
bourse, actions, bitcoin, or
dissertation, rédaction, exposé, par cœur
poisson d'avril, farce, surprise
"""
#: by what stands for them, as passages have it
SUBJECTS: Mapping[bytes, str] = {text_digest(one): one for one in _LINES.strip().split("\n")}
