"""The face for other programs and browsers: SPARQL, linked data and REST over HTTP.

The web framework is imported only here, and only by ``spasmkg serve``.
"""
