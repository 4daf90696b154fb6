"""XML files: what could do harm is refused before anything is loaded."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from reading import FILES

from spasmkg import importing
from spasmkg.errors import DataSyntaxError, RefusedError, SpasmKGError
from spasmkg.store import live, memory, open_directory
from spasmkg.vocabularies.sources import Source, open_sources
from spasmkg.vocabularies.xmlfiles import elements

TABULAR = FILES / "icd10cm" / "icd10cm-tabular-2021.xml"
NAME = TABULAR.name
START = '<?xml version="1.0" encoding="utf-8"?>\n'


@pytest.fixture
def graph(tmp_path) -> Path:
    """A folder with a graph that holds the small tabular list."""
    memory().save(tmp_path / "graph" / "store")
    importing.add(tmp_path / "graph", [TABULAR])
    return tmp_path / "graph"


def source(tmp_path: Path, content: bytes | str) -> Source:
    path = tmp_path / "x.xml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_sources([path])[0]


def bomb() -> str:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    return f'<!DOCTYPE ICD10CM.tabular [<!ENTITY e0 "ha">{entities}]>'


@pytest.mark.parametrize(
    "declaration",
    [
        "<!DOCTYPE ICD10CM.tabular>",
        '<!DOCTYPE ICD10CM.tabular SYSTEM "http://localhost:9/x.dtd">',
        '<!DOCTYPE ICD10CM.tabular [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE ICD10CM.tabular [<!ENTITY % x SYSTEM "http://localhost:9/x"> %x;]>',
        bomb(),
    ],
    ids=["plain", "external", "file", "parameter", "bomb"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_and_what_was_loaded_stays(graph, tmp_path, declaration, encoding):
    before = open_directory(live(graph)).dump("nquads", open_directory(live(graph)).graphs(), {})
    text = TABULAR.read_text().replace('encoding="utf-8"?>', f'encoding="{encoding}"?>\n<!-- a list -->\n{declaration}')
    text = text.replace("Muscle spasm of back", "&x;") if "ENTITY x" in declaration else text
    (tmp_path / NAME).write_bytes(text.encode(encoding))
    with pytest.raises(RefusedError, match="declares its own document type"):
        importing.add(graph, [tmp_path / NAME])
    assert open_directory(live(graph)).dump("nquads", open_directory(live(graph)).graphs(), {}) == before


@pytest.mark.parametrize(
    ("content", "error", "reason"),
    [
        (TABULAR.read_bytes()[:900], DataSyntaxError, "not well-formed XML"),
        (TABULAR.read_bytes().replace(b"</desc>", b"</dsec>", 1), DataSyntaxError, "mismatched tag"),
        (TABULAR.read_bytes().replace(b"calf", b"c\xe4lf"), DataSyntaxError, "not well-formed XML"),
        (TABULAR.read_bytes().replace(b"calf", b"c\0lf"), DataSyntaxError, "not well-formed XML"),
        (TABULAR.read_bytes().replace(b"calf", b"&calf;"), RefusedError, "entities that XML does not have"),
        (gzip.compress(TABULAR.read_bytes())[:300], DataSyntaxError, "ends in the middle"),
    ],
    ids=["cut", "tag", "latin-1", "NUL", "entity", "gzip"],
)
def test_a_damaged_file_is_refused_and_what_was_loaded_stays(graph, tmp_path, content, error, reason):
    before = len(open_directory(live(graph)))
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(error, match=reason):
        importing.add(graph, [tmp_path / NAME])
    assert len(open_directory(live(graph))) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_declared_encodings_are_understood(tmp_path, encoding):
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n<a><b>M\u00e4nner</b><b>x</b></a>'
    found = [(line, element.text) for line, element in elements(source(tmp_path, text.encode(encoding)), "b")]
    assert found == [(2, "Männer"), (2, "x")]


def test_elements_are_handed_out_whole_and_the_outermost_only(tmp_path):
    text = "<list><x id='1'>one<x id='2'/></x>\n<y/><x id='3'><z>three</z> and</x></list>"
    found = list(elements(source(tmp_path, text), "x"))
    assert [(line, element.get("id"), "".join(element.itertext())) for line, element in found] == [
        (1, "1", "one"),
        (2, "3", "three and"),
    ]


def test_depth_and_length_have_an_end(tmp_path):
    with pytest.raises(RefusedError, match="nested more than"):
        list(elements(source(tmp_path, "<x>" * 300 + "</x>" * 300), "x"))
    with pytest.raises(RefusedError, match="a text of more than"):
        list(elements(source(tmp_path, f"<x>{'a' * 5_000_000}</x>"), "x"))


@pytest.mark.parametrize("content", [b"", b"no XML at all", b'<?xml version="1.0" encoding="klingon"?><a/>'])
def test_what_is_no_xml_is_refused(tmp_path, content):
    with pytest.raises(SpasmKGError):
        list(elements(source(tmp_path, content), "x"))


def test_an_external_document_type_may_be_allowed_and_is_not_fetched(tmp_path):
    text = START + '<!DOCTYPE a SYSTEM "http://localhost:9/never.dtd">\n<a><b>one</b></a>'
    assert [e.text for _, e in elements(source(tmp_path, text), "b", doctype=True)] == ["one"]
    with pytest.raises(RefusedError):
        list(elements(source(tmp_path, text.replace('dtd">', 'dtd" [<!ENTITY x "y">]>')), "b", doctype=True))
    with pytest.raises(RefusedError, match="entities"):
        list(elements(source(tmp_path, text.replace("one", "&outside;")), "b", doctype=True))
