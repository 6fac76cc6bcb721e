"""A QR code as the path of an inline SVG: no style, no data: address, no image."""

from __future__ import annotations

from django import template
from qrcode.main import QRCode  # type: ignore[import-untyped]

register = template.Library()


@register.simple_tag
def qr(text: str) -> dict[str, object]:
    """`path` for a `<path d>` and `size`, the side of the square view box."""
    code = QRCode(border=2)
    code.add_data(text)
    code.make()
    matrix = code.get_matrix()
    return {
        "size": len(matrix),
        "path": "".join(
            f"M{x},{y}h1v1h-1z"
            for y, row in enumerate(matrix)
            for x, dark in enumerate(row)
            if dark
        ),
    }
