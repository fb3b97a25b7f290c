"""Owns what every page must keep to: valid HTML, labels, nothing inline."""

from __future__ import annotations

from collections import Counter
from xml.etree.ElementTree import Element

import html5lib

_FIELDS = {"input", "select", "textarea"}


def parse(html: str) -> Element:
    """Return the page's tree; any error of syntax raises."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root = parser.parse(html)
    assert isinstance(root, Element)
    return root


def text_of(html: str) -> str:
    """Return the page's visible words, spaces made single."""
    body = parse(html).find("body")
    assert body is not None
    return " ".join(" ".join(body.itertext()).split())


def problems(html: str) -> list[str]:
    """Return what is wrong with the page."""
    root = parse(html)
    everything = list(root.iter())
    return [
        *_inline(everything),
        *_ids(everything),
        *_labels(root, everything),
        *(f"img without alt: {e.attrib}" for e in everything if e.tag == "img" and "alt" not in e.attrib),
        *(["html without lang"] if not root.get("lang") else []),
        *(["not one h1"] if len(root.findall(".//h1")) != 1 else []),
    ]


def _inline(everything: list[Element]) -> list[str]:
    found: list[str] = []
    for element in everything:
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            found.append(f"inline <{element.tag}>")
        for name, value in element.attrib.items():
            if name == "style" or name.startswith("on"):
                found.append(f"inline {name} on <{element.tag}>")
            if name in ("src", "href", "action") and value.lstrip().lower().startswith(
                ("http:", "https:", "//", "javascript:", "data:")
            ):
                found.append(f"{name} leads away: {value}")
    return found


def _ids(everything: list[Element]) -> list[str]:
    counts = Counter(e.get("id") for e in everything if e.get("id"))
    known = set(counts)
    found = [f"id {name} stands {count} times" for name, count in counts.items() if count > 1]
    for element in everything:
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            missing = [part for part in (element.get(name) or "").split() if part not in known]
            found += [f"{name} names no id: {part}" for part in missing]
    return found


def _labels(root: Element, everything: list[Element]) -> list[str]:
    labelled = {label.get("for") for label in root.iter("label")}
    wrapped = {field for label in root.iter("label") for field in label.iter() if field.tag in _FIELDS}
    return [
        f"<{field.tag} name={field.get('name')}> has no label"
        for field in everything
        if field.tag in _FIELDS
        and field.get("type") != "hidden"
        and field not in wrapped
        and field.get("id") not in labelled
    ]
