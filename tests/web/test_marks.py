from pathlib import Path

import spasmkg
from spasmkg.web.views import marks


def test_the_scripts_draw_kinds_as_the_pages_do():
    path = Path(spasmkg.__file__).parent / "web" / "static" / "js" / "kinds.js"
    assert path.read_text(encoding="utf-8") == marks.script()
