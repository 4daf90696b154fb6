"""What language models and other agents ask of the graph, over the Model Context Protocol.

``server`` declares the tools, ``process`` runs them over standard input and output or HTTP. Each call is answered by
``answers`` in a worker process that has a deadline, a share of memory and no network.
"""
