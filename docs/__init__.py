"""The documentation of spasmkg; ``python -m docs.reference`` writes its generated part."""
