"""Words that say nothing by themselves, folded, by language."""

_FRENCH = """
a afin ai ainsi alors apres au aucun aucune aussi autre autres aux avant avec avoir avons avez
c car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci comme comment d dans de des
depuis donc dont du elle elles en encore entre es est et etant ete etes etre eu eux fait
font ici il ils j je jusqu l la le les leur leurs lors lorsque lui m ma mais me meme memes mes moi
moins mon n ne ni nos notre notamment nous on ont ou par parce pas pendant peu peut peuvent plus
pour pourquoi puis qu quand que quel quelle quelles quels qui quoi s sa sans se selon ses si sinon
soit sommes son sont sous suis sur t ta te tel telle telles tels tes toi ton toujours tous tout
toute toutes tres tu un une via vos votre vous y
"""

_ENGLISH = """
a about after all also an and any are as at be because been before being between both but by can
could did do does doing down during each few for from further had has have having he her here hers
him his how i if in into is it its itself just me more most my no nor not of off on once only or
other our ours out over own s same she should so some such t than that the their theirs them then
there these they this those through to too under until up very was we were what when where which
while who whom why will with would you your yours
"""

STOP_WORDS = {"fr": frozenset(_FRENCH.split()), "en": frozenset(_ENGLISH.split())}
