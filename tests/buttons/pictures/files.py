"""Files of strangers: pictures, and what pretends to be one, made here and now."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

from PIL import Image, PngImagePlugin

PLACE = b"GPS 52.5163N 13.3777E"
COMMENT = b"taken at home by Bob"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><title>Bob</title><script>alert(1)</script>"
SCRIPT = b"GIF89a/*" + bytes(50) + b"*/=1;alert(document.cookie)//"


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    made = io.BytesIO()
    picture.save(made, kind, **options)
    return made.getvalue()


def drawn(width: int = 800, height: int = 600, mode: str = "RGB") -> Image.Image:
    """Something to see, with the left half darker than the right."""
    shades = Image.linear_gradient("L").rotate(90).resize((width, height))
    return shades.convert("RGB").convert(mode)


def chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def png(width: int, height: int, *chunks: bytes, kind: int = 2) -> bytes:
    """A PNG of eight bits a channel that claims to be of this size."""
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    return start + b"".join(chunks) + chunk(b"IEND", b"")


def zeros(number: int) -> bytes:
    """So many zeros, packed."""
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    packed = [packer.compress(block) for _ in range(number >> 20)]
    return b"".join([*packed, packer.compress(bytes(number & 0xFFFFF)), packer.flush()])


def photograph(orientation: int = 1, **options: Any) -> bytes:
    """A JPEG with all that a telephone writes into it."""
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 58.0)
    return saved(
        drawn(),
        "JPEG",
        exif=exif,
        comment=COMMENT,
        xmp=b"<x:xmpmeta/>" + PLACE,
        **options,
    )


def commented_png() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", COMMENT.decode())
    texts.add_itxt("XML:com.adobe.xmp", PLACE.decode(), zip=True)
    return saved(drawn(), "PNG", pnginfo=texts)


def animated(kind: str, frames: int = 30, **options: Any) -> bytes:
    shown = [Image.new("L", (200, 100), (at * 7 % 256)) for at in range(frames)]
    return saved(shown[0], kind, save_all=True, append_images=shown[1:], **options)


def ico(entries: int, body: bytes, side: int = 0) -> bytes:
    """An icon of so many entries, all of which are the same."""
    head = struct.pack("<HHH", 0, 1, entries)
    at = len(head) + 16 * entries
    entry = struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(body), at)
    return head + entry * entries + body


def flat(mode: str, side: int = 5000) -> Image.Image:
    """As many pixels as are taken, which can be saved quickly."""
    return Image.new(mode, (side, side), 0)


def noisy(side: int) -> Image.Image:
    return Image.effect_noise((side, side), 90).convert("RGB")


def spoilt(body: bytes) -> bytes:
    """The same with a hundred other bytes in its middle."""
    middle = len(body) // 2
    return body[:middle] + b"?" * 100 + body[middle + 100 :]


def lying_webp() -> bytes:
    """A WebP of 64 by 64 whose canvas claims to be as large as can be."""
    body = bytearray(saved(drawn(64, 64), "WEBP", exif=PLACE, lossless=True))
    assert body[12:16] == b"VP8X"
    body[24:30] = b"\xff" * 6
    return bytes(body)


# What becomes a picture: clean, and of the one size.
CLEAN: dict[str, Callable[[], bytes]] = {
    "JPEG with EXIF, XMP, a comment and a place": photograph,
    "JPEG with a thumbnail of another picture": lambda: photograph() + photograph(),
    "JPEG of four inks": lambda: saved(drawn(mode="CMYK"), "JPEG"),
    "JPEG in grey": lambda: saved(drawn(mode="L"), "JPEG"),
    "progressive JPEG": lambda: saved(drawn(), "JPEG", progressive=True),
    "JPEG with a profile of nonsense": lambda: saved(
        drawn(), "JPEG", icc_profile=b"nonsense" * 999
    ),
    "JPEG with a web page behind it": lambda: photograph() + HTML,
    "PNG with comments": commented_png,
    "PNG of 16 bits": lambda: saved(
        drawn(mode="I").point(lambda value: value * 256).convert("I;16"), "PNG"
    ),
    "PNG with a palette and transparency": lambda: saved(
        drawn(mode="P"), "PNG", transparency=bytes(range(256))
    ),
    "PNG with an alpha channel": lambda: saved(drawn(mode="RGBA"), "PNG"),
    "PNG of one bit": lambda: saved(drawn(mode="1"), "PNG"),
    "PNG in grey with alpha": lambda: saved(drawn(mode="LA"), "PNG"),
    "animated PNG": lambda: animated("PNG"),
    "animated GIF of a thousand frames": lambda: animated("GIF", 1000),
    "animated WebP": lambda: animated("WEBP", 8),
    "GIF that is a script as well": lambda: (
        saved(drawn(mode="P"), "GIF") + b"*/=1;alert(1)//"
    ),
    "WebP with EXIF": lambda: saved(drawn(), "WEBP", exif=PLACE),
    "PNG with a hundred wrong bytes": lambda: spoilt(saved(noisy(600), "PNG")),
    "AVIF": lambda: saved(drawn(), "AVIF"),
    "PNG that unpacks to much more than it claims": lambda: png(
        300, 300, chunk(b"IDAT", zeros(200_000_000))
    ),
    "ICO of 256 entries": lambda: ico(256, saved(drawn(256, 256), "PNG")),
    "noise, which packs badly": lambda: saved(noisy(700), "JPEG"),
    "25 megapixels as JPEG": lambda: saved(flat("RGB"), "JPEG"),
    "25 megapixels as PNG": lambda: saved(flat("RGB"), "PNG", compress_level=1),
    "25 megapixels as PNG with alpha": lambda: saved(
        flat("RGBA"), "PNG", compress_level=1
    ),
    "25 megapixels as progressive JPEG": lambda: saved(
        flat("RGB"), "JPEG", progressive=True
    ),
    "25 megapixels as animated GIF": lambda: saved(
        flat("P"), "GIF", save_all=True, append_images=[flat("P").point(lambda _: 1)]
    ),
    "6 megapixels as WebP": lambda: saved(flat("RGB", 2449), "WEBP", method=0),
}

# What does not, and the code of why.
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing at all": (lambda: b"", "kind"),
    "zeros": (lambda: bytes(100_000), "kind"),
    "SVG with a script": (lambda: SVG, "kind"),
    "web page that is called a PNG": (lambda: HTML, "kind"),
    "script that begins like a GIF": (lambda: SCRIPT, "kind"),
    "TIFF": (lambda: saved(drawn(), "TIFF"), "kind"),
    "BMP": (lambda: saved(drawn(), "BMP"), "kind"),
    "PDF": (lambda: saved(drawn(), "PDF"), "kind"),
    "the first kilobyte of a JPEG": (
        lambda: saved(noisy(600), "JPEG")[:1024],
        "broken",
    ),
    "half a PNG": (lambda: saved(noisy(600), "PNG")[:300_000], "broken"),
    "half a WebP": (lambda: saved(noisy(600), "WEBP")[:9_000], "broken"),
    "PNG that claims 10⁹ pixels": (lambda: png(100_000, 10_000), "pixels"),
    "PNG that claims all there can be": (lambda: png(2**31 - 1, 2**31 - 1), "pixels"),
    "PNG with a comment that unpacks to 200 MB": (
        lambda: png(300, 300, chunk(b"zTXt", b"C\0\0" + zeros(200_000_000))),
        "broken",
    ),
    "PNG with a profile that unpacks to 200 MB": (
        lambda: png(300, 300, chunk(b"iCCP", b"C\0\0" + zeros(200_000_000))),
        "broken",
    ),
    "WebP that claims more than there is": (lying_webp, "pixels"),
    "WebP of 25 megapixels": (lambda: saved(flat("RGB"), "WEBP", method=0), "memory"),
    "progressive JPEG of 25 megapixels in full colour": (
        lambda: saved(flat("RGB"), "JPEG", progressive=True, subsampling=0),
        "memory",
    ),
    "26 megapixels": (lambda: saved(flat("L", 5100), "PNG"), "pixels"),
    "ICO whose picture is huge": (
        lambda: ico(1, png(100_000, 10_000)),
        "pixels",
    ),
    "ICO of 65535 entries that are not there": (
        lambda: ico(65_535, b"")[:200_000],
        "kind",
    ),
    "icon of 16 pixels": (
        lambda: saved(drawn(16, 16), "ICO", sizes=[(16, 16)]),
        "small",
    ),
    "dot": (lambda: saved(drawn(1, 1), "GIF"), "small"),
    "line": (lambda: saved(drawn(20_000, 3), "PNG"), "small"),
    "more than 5 MB": (lambda: saved(noisy(2000), "PNG"), "heavy"),
}


@cache
def body_of(name: str) -> bytes:
    return CLEAN[name]() if name in CLEAN else REFUSED[name][0]()
