"""What the pages of trend and fleet share: the page itself, escaping, badges, a grid of outcomes. Pure.

Pages hold all that they need: no script, no network, no file beside them.
"""

import html
from collections.abc import Iterable

from contracts.report.model import Outcome, Verdict
from contracts.report.text.layout import visible

# A sign beside the colour: colours alone are lost on paper and on who cannot tell them apart.
SIGNS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.ERROR: "!",
    Outcome.SKIPPED: "–",
    Outcome.WAIVED: "w",
    Outcome.NOT_APPLICABLE: "·",
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

STYLE = """
:root{color-scheme:light dark;--back:#fff;--panel:#f6f7f9;--text:#1b1f24;--faint:#57606a;--line:#d5dae0;
--passed:#1a7f37;--passed-back:#dcf5e3;--failed:#b3141d;--failed-back:#ffdcd9;--error:#7b2fb5;--error-back:#f0e0fc;
--skipped:#7a5200;--skipped-back:#fff1c4;--waived:#0b5fa8;--waived-back:#dcecfc;--none:#6a737d;--none-back:#eceff2}
@media screen and (prefers-color-scheme:dark){:root{--back:#0f1318;--panel:#181d24;--text:#e6eaef;
--faint:#9aa5b1;--line:#303842;
--passed:#6fdd8b;--passed-back:#12361f;--failed:#ff9a92;--failed-back:#571a1c;--error:#d7acfa;--error-back:#3b2052;
--skipped:#f0c453;--skipped-back:#40310a;--waived:#8cc4fb;--waived-back:#123351;--none:#9aa5b1;--none-back:#232a33}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1240px;padding:20px 24px 48px;background:var(--back);color:var(--text);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{font-size:1.5rem;line-height:1.25;margin:.2em 0}h2{font-size:1.2rem;margin:2em 0 .3em;overflow-wrap:anywhere}
h3{font-size:1rem;margin:1.6em 0 .4em}p{margin:.4em 0}.faint{color:var(--faint)}code,.id{font-family:ui-monospace,
SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;font-size:.86em}code{overflow-wrap:anywhere}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(250px,100%),1fr));gap:12px;margin:12px 0}
.card{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:10px 14px;min-width:0}
.card b.big{display:block;font-size:1.25rem}.card p{overflow-wrap:anywhere;font-size:.92em}.card h3{margin:0 0 .3em}
.badge{display:inline-block;padding:0 .55em;border-radius:1em;font-weight:600;font-size:.88em;white-space:nowrap}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;max-width:100%;width:fit-content}
.scroll:focus-visible{outline:2px solid var(--waived)}
.newest{direction:rtl}.newest>*{direction:ltr;margin:0 auto 0 0}
table.grid{border-collapse:separate;border-spacing:0;font-size:.88rem}
.grid th,.grid td{padding:1px 3px;border-bottom:1px solid var(--line);text-align:center;font-weight:400}
.grid tbody:last-child tr:last-child>*{border-bottom:0}
.grid th.id{position:sticky;left:0;z-index:1;background:var(--back);text-align:left;padding:2px 12px 2px 10px;
white-space:nowrap;border-right:1px solid var(--line)}
.grid th.id wbr{display:none}
.grid tr.family th{background:var(--panel);font-weight:600;font-family:inherit;font-size:.88rem}
.grid tr.family td{background:var(--panel)}
.grid td i{display:block;min-width:1.6em;padding:0 .35em;border-radius:4px;font-style:normal;font-weight:600}
.fleet td,.fleet thead th:not(.id){min-width:5em;padding:1px 8px}.fleet td i{max-width:4em;margin:0 auto}
.grid thead th{vertical-align:bottom;color:var(--faint)}.grid thead th.id{color:var(--text)}
.grid .num{color:var(--faint);text-align:right;padding:1px 8px}
.passed{color:var(--passed);background:var(--passed-back)}.failed{color:var(--failed);background:var(--failed-back)}
.error{color:var(--error);background:var(--error-back)}.skipped{color:var(--skipped);background:var(--skipped-back)}
.waived{color:var(--waived);background:var(--waived-back)}
.not-applicable,.none{color:var(--none);background:var(--none-back)}
a{color:var(--waived)}
ul{padding-left:1.2em;margin:.4em 0}li{margin:.25em 0;overflow-wrap:anywhere}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;margin:.6em 0;font-size:.88em;color:var(--faint)}
.legend i{font-style:normal;font-weight:600;padding:0 .45em;border-radius:4px;margin-right:.35em}
figure{margin:0;min-width:0}figcaption{font-size:.92em;margin-bottom:4px}
svg{display:block;width:100%;height:auto;background:var(--panel);border:1px solid var(--line);border-radius:8px}
svg text{fill:var(--faint);font-size:12px}svg .grid-line{stroke:var(--line)}svg .curve{fill:none;stroke:var(--waived);
stroke-width:2;stroke-linejoin:round}svg circle{stroke:var(--panel);stroke-width:1.5}
svg .f-passed{fill:var(--passed)}svg .f-failed{fill:var(--failed)}svg .f-error{fill:var(--error)}
svg .f-skipped{fill:var(--skipped)}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr));gap:16px;margin:12px 0}
@media (max-width:600px){body{padding:12px 12px 32px}.cards{grid-template-columns:repeat(auto-fit,minmax(150px,1fr));
gap:8px}.card{padding:8px 10px}.card b.big{font-size:1.05rem;overflow-wrap:anywhere}.grid th.id wbr{display:inline}
.grid th.id{min-width:158px;max-width:158px;white-space:normal;
overflow-wrap:anywhere;padding:2px 6px}h1{font-size:1.25rem}svg text{font-size:17px}}
@media print{:root{color-scheme:light}body{max-width:none;padding:0;font-size:10pt}.scroll{overflow:visible;border:0}
.grid th.id{position:static;padding:0 4px;min-width:0;max-width:none;white-space:nowrap}
table.grid,.grid tr.family th{font-size:6.5pt}.grid td,.grid th{padding:0 1px}.grid td i{min-width:0;padding:0 1px}
.cards,.plots{grid-template-columns:repeat(auto-fit,minmax(150px,1fr))}h2{break-after:avoid}h3{break-after:avoid}
.old{display:none}.only-print{display:block!important}.card,figure,tr{break-inside:avoid}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
.only-print{display:none}
"""

VERDICT_CLASS = {
    Verdict.CONFORMANT: "passed",
    Verdict.PARTIAL: "skipped",
    Verdict.NONCONFORMANT: "failed",
    Verdict.ERROR: "error",
}


def escape(text: object) -> str:
    """The text as HTML text or attribute value, control characters as their escapes."""
    return html.escape(visible(str(text)))


def identifier(name: str) -> str:
    """The id of a requirement, which may be broken behind its family."""
    return escape(name).replace(".", ".<wbr>")


def page(title: str, body: Iterable[str]) -> str:
    """A whole page, ending in a newline; `title` is text, the parts of `body` are HTML."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="icon" href="data:,">\n<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n'
        f"<h1>{escape(title)}</h1>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


def badge(text: str, kind: str) -> str:
    """A word on a coloured ground."""
    return f'<span class="badge {kind}">{escape(text)}</span>'


def verdict_badge(verdict: Verdict) -> str:
    """A verdict on the ground of its colour."""
    return badge(verdict, VERDICT_CLASS[verdict])


def cell(outcome: Outcome | None, title: str, kind: str = "") -> str:
    """A cell of a grid: the sign of an outcome, which says all in words when pointed at or read aloud."""
    said = f"{title}: {outcome or 'not in this run'}"
    sign = SIGNS[outcome] if outcome else "&nbsp;"
    shown = f'<i class="{outcome or "none"}" title="{escape(said)}">{sign}</i>' if outcome else ""
    return f"<td{f' class={chr(34)}{kind}{chr(34)}' if kind else ''}>{shown}</td>"


def legend() -> str:
    """What the signs mean."""
    items = (f'<span><i class="{outcome}">{sign}</i>{outcome}</span>' for outcome, sign in SIGNS.items())
    return f'<p class="legend">{"".join(items)}</p>'
