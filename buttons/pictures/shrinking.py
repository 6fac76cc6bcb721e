"""Make a stranger's picture small and clean, in a process that can do nothing else.

    python -I shrinking.py face|thing <file >file.webp

`buttons.pictures.encoding` starts it with no environment, gives it the file, and takes
either WebP or, with the status 3, a word of why not. It knows nothing of Django.

Whatever a file holds besides its look is lost, since the look is copied, pixel by pixel,
into a new picture: places in EXIF, comments, profiles, whatever hangs behind the end (T51).
Memory is what strangers have the most of ours of: 25 megapixels are 100 MB once they are
unpacked, so they stand in memory once, and what is to be done with all of them is done a
strip at a time.
"""

from __future__ import annotations

import io
import resource
import sys
import warnings

from PIL import AvifImagePlugin, Image, ImageCms, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

# Width, height, and the least of both that is worth showing.
SIZES = {"face": ((256, 256), (48, 48)), "thing": ((640, 400), (200, 100))}
FORMATS = ["JPEG", "PNG", "GIF", "WEBP", "ICO", "AVIF"]
MOST_PIXELS = 25_000_000
# These are unpacked several times over.
MOST_PIXELS_OF = {"WEBP": 6_000_000, "AVIF": 8_000_000}
# What a progressive JPEG holds in memory before the first pixel is seen.
MOST_COEFFICIENT_BYTES = 90 * 1024 * 1024
MOST_BYTES = 60 * 1024
QUALITIES = (84, 76, 68, 58, 46, 32, 16)
SECONDS = 5
MOST_DATA_BYTES = 134 * 1024 * 1024
STRIP_PIXELS = 200_000
REFUSED = 3
# Modes of which several pixels can be made one as they are.
SHRINKABLE = {"L", "RGB", "RGBA", "CMYK"}
# Of an orientation's number the ways of turning that swap width and height.
LYING = {5, 6, 7, 8}
ORIENTATION = 0x0112


class NotMade(Exception):
    """It becomes no picture; the code of why."""


def shut_in() -> None:
    """From here on: no file, no connection, no process, little memory and time."""
    for kind, most in (
        (resource.RLIMIT_DATA, MOST_DATA_BYTES),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def shrink(body: bytes, kind: str) -> bytes:
    """The picture in `body` as WebP, cut around its centre; refused with `NotMade`."""
    size, least = SIZES[kind]
    with _opened(body, least) as picture:
        profile = picture.info.get("icc_profile")
        turned = _orientation(picture)
        if turned in LYING:
            size = size[1], size[0]
        cut = _cut(picture.size, size)
        if picture.format == "JPEG":
            cut = _drafted(picture, cut, size)
        small = _few_pixels(picture, cut, size)
    small = _on_white(_in_srgb(small, profile)).resize(size, Image.Resampling.LANCZOS)
    if turned > 1:
        small.getexif()[ORIENTATION] = turned
        small = ImageOps.exif_transpose(small)
    return _encoded(small)


def _opened(body: bytes, least: tuple[int, int]) -> Image.Image:
    # The decoder of WebP takes its memory before it says how much it is.
    _check_pixels("WEBP", _pixels_of_webp(body))
    try:
        picture = Image.open(io.BytesIO(body), formats=FORMATS)
    except UnidentifiedImageError as failure:
        raise NotMade("kind") from failure
    _check_pixels(picture.format or "", picture.width * picture.height)
    if "progressive" in picture.info and isinstance(picture, JpegImageFile):
        _check_coefficients(picture)
    turned = _orientation(picture) in LYING
    width, height = picture.size[::-1] if turned else picture.size
    if width < least[0] or height < least[1]:
        raise NotMade("small")
    return picture


def _check_pixels(kind: str, pixels: int) -> None:
    if pixels > MOST_PIXELS:
        raise NotMade("pixels")
    if pixels > MOST_PIXELS_OF.get(kind, MOST_PIXELS):
        raise NotMade("memory")


def _check_coefficients(picture: JpegImageFile) -> None:
    """Two bytes for each, and of each layer as many as its sampling says."""
    sampled = [across * down for _id, across, down, _table in picture.layer]
    pixels = picture.width * picture.height
    if 2 * pixels * sum(sampled) / max(sampled) > MOST_COEFFICIENT_BYTES:
        raise NotMade("memory")


def _pixels_of_webp(body: bytes) -> int:
    """As the header says; 0 for anything else."""
    kind, head = body[8:16], body[16:30].ljust(14, b"\0")
    if kind == b"WEBPVP8X":
        width, height = (int.from_bytes(head[at : at + 3], "little") for at in (8, 11))
        return (width + 1) * (height + 1)
    if kind == b"WEBPVP8L":
        bits = int.from_bytes(head[5:9], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    if kind == b"WEBPVP8 ":
        width, height = (int.from_bytes(head[at : at + 2], "little") for at in (10, 12))
        return (width & 0x3FFF) * (height & 0x3FFF)
    return 0


def _orientation(picture: Image.Image) -> int:
    """How the camera was held, 1 to 8; 1 where that cannot be read."""
    try:
        found = picture.getexif().get(ORIENTATION, 1)
    except Exception:
        return 1
    return found if found in range(1, 9) else 1


Box = tuple[float, float, float, float]


def _cut(whole: tuple[int, int], size: tuple[int, int]) -> Box:
    """The largest part of the same shape as `size`, around the centre."""
    scale = min(whole[0] / size[0], whole[1] / size[1])
    width, height = size[0] * scale, size[1] * scale
    left, top = (whole[0] - width) / 2, (whole[1] - height) / 2
    return left, top, left + width, top + height


def _drafted(picture: Image.Image, cut: Box, size: tuple[int, int]) -> Box:
    """Have a JPEG unpacked at half its size, a quarter or an eighth, if that is still
    twice as much as is wanted; the cut in it."""
    scale = 2 * size[0] / (cut[2] - cut[0])
    wanted = round(picture.width * scale), round(picture.height * scale)
    picture.draft(None, wanted)
    return _cut(picture.size, size)


def _few_pixels(picture: Image.Image, cut: Box, size: tuple[int, int]) -> Image.Image:
    """What is to be cut, with at least twice the pixels that are wanted where there are
    as many. Strip by strip, since nothing as large as the picture may stand beside it."""
    picture.load()
    left, top, right, bottom = map(round, cut)
    right, bottom = max(right, left + 1), max(bottom, top + 1)
    factor = max(1, min((right - left) // size[0], (bottom - top) // size[1]) // 2)
    rows = max(1, STRIP_PIXELS // ((right - left) * factor)) * factor
    strips = []
    for upper in range(top, bottom, rows):
        strip = picture.crop((left, upper, right, min(upper + rows, bottom)))
        strips.append(_shrinkable(strip).reduce(factor))
    few = Image.new(
        strips[0].mode, (strips[0].width, sum(one.height for one in strips))
    )
    at = 0
    for strip in strips:
        few.paste(strip, (0, at))
        at += strip.height
    return few


def _shrinkable(strip: Image.Image) -> Image.Image:
    if strip.mode.startswith("I"):
        # Sixteen bits a pixel, of which the upper eight are seen.
        return strip.point(lambda value: value / 256).convert("L")
    if "transparency" in strip.info or strip.mode in {"PA", "LA", "La", "RGBa"}:
        return strip.convert("RGBA")
    return strip if strip.mode in SHRINKABLE else strip.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The same colours as browsers show without a profile; one that makes no sense
    does not count."""
    shown = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile and picture.mode != "RGBA":
        try:
            made = ImageCms.profileToProfile(
                picture,
                io.BytesIO(profile),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except (ImageCms.PyCMSError, ValueError, TypeError, OSError):
            made = None
        if made is not None:
            return made
    return picture.convert(shown)


def _on_white(picture: Image.Image) -> Image.Image:
    """A new picture, with the look of the old one and nothing else of it."""
    clean = Image.new("RGB", picture.size, "white")
    clean.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    return clean


def _encoded(picture: Image.Image) -> bytes:
    """As good as fits; what is noise all over is blurred."""
    for quality in QUALITIES:
        made = io.BytesIO()
        picture.save(made, "WEBP", quality=quality, method=4)
        if made.tell() <= MOST_BYTES:
            return made.getvalue()
    return _encoded(picture.reduce(2).resize(picture.size))


def warm_up() -> None:
    """Load what is loaded only when it is used: no file can be opened later."""
    Image.init()
    made = io.BytesIO()
    Image.new("P", (64, 64)).save(made, "GIF")
    shrink(made.getvalue(), "face")


def main() -> None:
    warm_up()
    # It can start no thread.
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    shut_in()
    body = sys.stdin.buffer.read()
    try:
        made, status = shrink(body, sys.argv[1]), 0
    except NotMade as why:
        made, status = str(why).encode(), REFUSED
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        made, status = b"pixels", REFUSED
    except MemoryError:
        made, status = b"memory", REFUSED
    except Exception:
        made, status = b"broken", REFUSED
    sys.stdout.buffer.write(made)
    sys.stdout.flush()
    sys.exit(status)


if __name__ == "__main__":
    main()
