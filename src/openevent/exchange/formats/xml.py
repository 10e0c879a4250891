"""Reading XML from strangers: no entities, no document types, nothing from outside, nothing endless."""

from __future__ import annotations

from typing import Any

from openevent.exchange.rules.agenda import FileUnreadable
from openevent.kit.xml import etree

_ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(55296, 57344), 65534, 65535))


def read(data: bytes) -> Any:  # noqa: ANN401 -- an element of lxml
    """Return the root element; raises FileUnreadable for what is no XML, or declares a document type."""
    parser = etree().XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree().fromstring(data, parser)
    except (etree().XMLSyntaxError, ValueError) as error:
        raise FileUnreadable(f"this is no XML: {str(error)[:200]}") from None
    if root.getroottree().docinfo.doctype:
        raise FileUnreadable("a document type (DOCTYPE) is not read")
    return root


def write(root: Any) -> bytes:  # noqa: ANN401 -- same
    """Return the document."""
    return etree().tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def element(name: str, namespaces: dict[str | None, str] | None = None) -> Any:  # noqa: ANN401 -- same
    """Return a root element."""
    return etree().Element(name, nsmap=namespaces)


def add(parent: Any, tag: str, text: object = None, /, **attributes: str) -> Any:  # noqa: ANN401 -- same
    """Append an element and return it; characters that XML can't hold are left out (XML 1.0, section 2.2)."""
    found = etree().SubElement(parent, tag, {key: value.translate(_ILLEGAL) for key, value in attributes.items()})
    if text is not None:
        found.text = str(text).translate(_ILLEGAL)
    return found


def text_of(parent: Any, path: str, namespaces: dict[str, str] | None = None) -> str | None:  # noqa: ANN401 -- same
    """Return the text of an element below, None when there is none."""
    found = parent.findtext(path, namespaces=namespaces)
    return (found.strip() or None) if found else None
