"""The style sheet inside exported files: the light theme's values, written out.

A file has no page to take colours from. The palette is the page's (``static/tokens.css``);
a test compares the two.
"""

from __future__ import annotations

SERIES = ("#3b72d3", "#bb3600", "#0b7866", "#7a2080", "#8691a1", "#b48a3e")

_BASE = (
    "text{font:12px Inter,system-ui,sans-serif;fill:#555c69;font-variant-numeric:tabular-nums}"
    ".title{font-size:15px;font-weight:600;fill:#1b1f27}.paper{fill:#fff}"
    ".chart-name,.chart-value,.heat text{fill:#1b1f27;font-weight:500}"
    ".chart-grid{stroke:#e9ebef}.chart-zero{stroke:#b4bac5}.chart-track{fill:#f3f4f6}"
    ".chart-guide{opacity:0}"
    ".chart-line{fill:none;stroke-width:2;stroke-linejoin:round}"
    ".chart-line-immature{stroke-dasharray:3 4}.chart-band{opacity:.13}"
    ".chart-marker-hollow{stroke-width:1.75}"
    ".chart-bar-immature{fill-opacity:.22;stroke-dasharray:3 3}"
    ".chart-whisker{stroke:#1b1f27;stroke-width:1.25;fill:none}"
    ".heat-immature text{font-style:italic}"
    ".heat-cell{stroke:#fff;stroke-width:2;fill-opacity:0}"
)


def _series_rules(index: int, colour: str) -> str:
    # Colours are written out: programs that draw files often know no custom properties.
    name = f".series-{index}"
    return (
        f"{name} .chart-line{{stroke:{colour}}}"
        f"{name} .chart-band,{name} .chart-marker,{name} .chart-bar{{fill:{colour}}}"
        f"{name} .chart-marker-hollow{{fill:#fff;stroke:{colour}}}"
        f"{name} .chart-bar-immature{{stroke:{colour}}}"
    )


def _heat_rule(level: int) -> str:
    return f".heat-{level} .heat-cell{{fill:{SERIES[0]};fill-opacity:{0.04 + level * 0.05:.2f}}}"


STYLE = (
    _BASE
    + "".join(_series_rules(index, colour) for index, colour in enumerate(SERIES, start=1))
    + "".join(_heat_rule(level) for level in range(10))
)
