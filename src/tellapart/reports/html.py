"""Pages to send to somebody: one HTML file, no script, no outside address."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape

from tellapart.images.thumbnails import media_type

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --accent: #2563eb; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin-bottom: 0 } h2 { font-size: 1.15rem; margin-top: 2.5rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: .2rem .8rem; border-bottom: 1px solid var(--line) }
th:first-child, td:first-child { text-align: left; padding-left: 0 }
img { height: 84px; border-radius: 3px; margin: 0 4px 4px 0 }
svg { max-width: 100%; fill: var(--accent) } figure { display: inline-block; margin: 0 2rem 1rem 0 }
figcaption, .quiet { opacity: .7; font-size: .85rem }
"""


def document(title: str, sections: Iterable[str]) -> str:
    """A whole page of sections, which are HTML."""
    body = "\n".join(sections)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>\n{body}\n</html>\n"
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are HTML."""
    head = "".join(f"<th>{column}</th>" for column in columns)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{lines}</table>"


def figure(caption: str, width: int, height: int, marks: str) -> str:
    """A drawing of SVG marks, in pixels, with a caption, which is text."""
    drawing = f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}">{marks}</svg>'
    return f"<figure>{drawing}<figcaption>{escape(caption)}</figcaption></figure>"


def image_tag(data: bytes, what: str) -> str:
    """A thumbnail inside the page, described by a text."""
    described = escape(what, quote=True)
    source = f"data:{media_type(data)};base64,{b64encode(data).decode()}"
    return f'<img src="{source}" alt="{described}" title="{described}">'
