"""Pack the extension for the browsers' shops: `python3 extension/pack.py [FOLDER]`.

The same files make the same archive, whenever and wherever they are packed.
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
LEFT_OUT = {"pack.py", "README.md"}
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def pack(folder: Path) -> Path:
    version = json.loads((HERE / "manifest.json").read_text())["version"]
    packed = folder / f"flattr-extension-{version}.zip"
    files = sorted(path for path in HERE.rglob("*") if path.is_file())
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            name = path.relative_to(HERE).as_posix()
            if name not in LEFT_OUT and "__pycache__" not in name:
                archive.writestr(
                    zipfile.ZipInfo(name, LONG_AGO),
                    path.read_bytes(),
                    zipfile.ZIP_DEFLATED,
                )
    return packed


if __name__ == "__main__":
    sys.stdout.write(f"{pack(Path(sys.argv[1] if sys.argv[1:] else '.'))}\n")
