"""Strangers' files become clean pictures or are refused, and exhaust nothing."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from buttons.models.picture import MOST_BYTES
from buttons.pictures import encoding, shrinking, wanting
from buttons.pictures.encoding import BadPicture, encode
from buttons.pictures.keeping import FACE_SIZE, THING_SIZE
from tests.buttons.pictures import files, measured
from tests.hostility import one_in

HEAVY = re.compile("megapixels|unpacks|claims|huge|thousand|256")
MOST_MEMORY = 150_000_000
# What shows that something of the file was kept.
TRACES = [files.PLACE, files.COMMENT, b"EXIF", b"XMP", b"ICCP", b"ANIM", b"alert("]


def seen(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


@pytest.mark.parametrize("name", one_in(2, files.CLEAN))
def test_a_picture_holds_nothing_but_the_look(name: str) -> None:
    """A picture holds nothing of the file it was made from but the look (T51)."""
    made = encode(files.body_of(name), "thing")
    assert len(made) <= MOST_BYTES
    assert not [trace for trace in TRACES if trace in made]
    picture = seen(made)
    assert (picture.format, picture.size, picture.mode) == ("WEBP", THING_SIZE, "RGB")
    assert not picture.info.keys() - {"background", "loop", "duration", "timestamp"}
    assert getattr(picture, "n_frames", 1) == 1


@pytest.mark.parametrize("name", files.REFUSED)
def test_what_is_no_picture_is_refused_in_a_sentence(name: str) -> None:
    _make, code = files.REFUSED[name]
    with pytest.raises(BadPicture) as refusal:
        encode(files.body_of(name), "thing")
    assert refusal.value.code == code
    assert str(wanting.WHY_NOT[code])


def measured_when(name: str) -> object:
    """Those that could take much are measured in every run."""
    heavy = HEAVY.search(name)
    return pytest.param(name, marks=[] if heavy else [pytest.mark.all])


@pytest.mark.parametrize(
    "name", [measured_when(name) for name in [*files.CLEAN, *files.REFUSED]]
)
def test_no_file_takes_more_memory_than_is_granted(name: str) -> None:
    """Strangers' pictures cannot exhaust a worker (T52)."""
    ran = subprocess.run(
        [sys.executable, "-I", Path(measured.__file__), encoding.PROGRAM, "face"],
        input=files.body_of(name),
        capture_output=True,
        check=True,
        timeout=60,
    )
    used = json.loads(ran.stdout)
    # `-s` shows them.
    sys.stderr.write(
        f"{used['memory'] / 1e6:.0f} MB, {used['seconds']:.2f} s: {name}\n"
    )
    assert used["memory"] < MOST_MEMORY
    assert used["seconds"] < shrinking.SECONDS


def test_a_face_is_cut_around_its_centre() -> None:
    wide = Image.new("RGB", (1000, 500), "red")
    wide.paste("blue", (250, 0, 750, 500))
    face = seen(encode(files.saved(wide, "PNG"), "face"))
    assert face.size == FACE_SIZE
    corners = [face.getpixel(at) for at in [(2, 2), (253, 2), (2, 253), (253, 253)]]
    for corner in corners:
        assert isinstance(corner, tuple)
        assert corner[2] > 200
        assert corner[0] < 60


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_as_the_camera_was_held(orientation: int) -> None:
    """The darkest corner of the picture is where it was seen, whatever way it lies in
    the file."""
    upright = Image.new("L", (640, 400), 255)
    upright.paste(0, (0, 0, 320, 200))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    lying = upright if orientation == 1 else upright.transpose(
        Image.Transpose(back[orientation])
    )  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    made = seen(encode(files.saved(lying, "JPEG", exif=exif), "thing")).convert("L")
    assert made.size == THING_SIZE
    dark = [
        at
        for at in [(50, 50), (590, 50), (50, 350), (590, 350)]
        if (made.getpixel(at) or 0) < 128  # type: ignore[operator]
    ]
    assert dark == [(50, 50)]


def test_sixteen_bits_and_transparency_look_as_in_a_browser() -> None:
    grey = Image.new("I;16", (600, 400), 0x8000)
    middle = seen(encode(files.saved(grey, "PNG"), "thing")).getpixel((300, 200))
    assert isinstance(middle, tuple)
    assert 124 <= middle[0] <= 132
    clear = Image.new("RGBA", (600, 400), (0, 0, 0, 0))
    middle = seen(encode(files.saved(clear, "PNG"), "thing")).getpixel((300, 200))
    assert isinstance(middle, tuple)
    assert min(middle) > 250


def program(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something else be run in place of the program that makes pictures small."""
    path = folder / "taken_over.py"
    path.write_text(text)
    monkeypatch.setattr(encoding, "PROGRAM", str(path))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("while True: pass", "slow"),
        ("import sys; sys.stdout.buffer.write(b'x' * 10**9)", "broken"),
        ("import os; os.abort()", "broken"),
        ("import sys; sys.stdin.read(); print('RIFF....WEBPVP8 ')", "broken"),
        ("import sys; sys.stdout.write('no_such_code'); sys.exit(3)", "broken"),
    ],
)
def test_a_program_that_was_taken_over_harms_nobody(
    text: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if code == "slow":
        monkeypatch.setattr(encoding, "SECONDS", 1.0)
    program(text, tmp_path, monkeypatch)
    with pytest.raises(BadPicture) as refusal:
        encode(files.photograph(), "face")
    assert refusal.value.code == code


SHUT_IN = f"""
import os, socket, sys
sys.path.insert(0, {str(Path(encoding.PROGRAM).parent)!r})
import shrinking
shrinking.warm_up()
"""
TRIES = """
got = [word for word in os.environ.values() if "hunter2" in word]
for act in (lambda: open("/etc/passwd"), socket.socket, os.pipe,
            lambda: open("/tmp/out", "w"), lambda: bytearray(200_000_000)):
    try:
        got.append(act())
    except (OSError, MemoryError):
        pass
sys.stdin.read()
sys.stdout.write("kind" if got else "small")
sys.stdout.flush()
os._exit(3)
"""


@pytest.mark.parametrize(
    ("text", "code", "seconds"),
    # To begin takes a second of a slow machine already.
    [(TRIES, "small", 60), ("while True: pass", "slow", 1)],
)
def test_the_process_can_open_nothing_and_knows_nothing(
    text: str,
    code: str,
    seconds: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No secret of ours is in its environment; it opens no file and no connection, and
    works for no longer than it may."""
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    monkeypatch.setattr(encoding, "SECONDS", 60.0)
    limit = f"shrinking.SECONDS = {seconds}\nshrinking.shut_in()\n"
    program(SHUT_IN + limit + text, tmp_path, monkeypatch)
    with pytest.raises(BadPicture, match=code):
        encode(b"x", "face")
