"""Files of outside vocabularies, read as a stream of statements in one form, whatever their layout.

A *source* is an opened file (:mod:`.sources`). A *reader* turns sources into :class:`~.statements.Statement` and
accounts for every record in a :class:`~.statements.Ledger`. :mod:`.formats` knows which reader fits which file, and
:mod:`.triples` writes statements as the triples that the graph of a vocabulary consists of.
"""
