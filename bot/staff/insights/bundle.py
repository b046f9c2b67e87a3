"""The charts' library for the browser: Vega, as ``vl-convert-python`` ships it.

Made once, kept as a file, served by us: nothing comes from elsewhere.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

_alone = threading.Lock()


@lru_cache(maxsize=1)
def _made() -> str:
    import vl_convert

    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")


def name() -> str:
    """The file's name; another release has another, so that browsers may keep it for ever."""
    return f"vega-{version('vl-convert-python')}.js"


def bundle(folder: Path) -> Path:
    """The file, made now if it is not there yet: that takes some seconds, once."""
    path = folder / name()
    with _alone:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            fresh.write_text(_made(), encoding="utf-8")
            fresh.replace(path)
    return path
