"""Run by the judges' Python: hold mapping sets against ``sssom validate``; a line for each file with a complaint."""

import io
import logging
import sys

import sssom.cli

for path in sys.argv[1:]:
    said = io.StringIO()
    handler = logging.StreamHandler(said)  # a row that it cannot take is logged, left out, and no error
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    try:
        sssom.cli.validate.main([path], standalone_mode=False)
    except Exception as error:
        said.write(f"{type(error).__name__}: {error}")
    logging.getLogger().removeHandler(handler)
    if said.getvalue():
        print(path, said.getvalue().splitlines()[0][:300])
