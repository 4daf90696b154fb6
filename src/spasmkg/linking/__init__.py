"""Linking: our entities, a user's labels and the words of a text to the terms of the loaded vocabularies.

A *lexicon* (:mod:`.lexicon`) holds the names, kinds and links of each graph in files that are read where they lie. For
a thing, :mod:`.evidence` gathers what speaks for each term: names that agree, links from terms that agree.
:mod:`.deciding` turns that into proposals, :mod:`.linker` adds what is curated, denied or more general. Upon these stand
:mod:`.ground` (one string), :mod:`.annotate` (mentions in text) and :mod:`.review` (SSSOM).
"""
