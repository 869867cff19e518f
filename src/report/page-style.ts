import { type Html, html } from "./html.js";

/** What pages without scripts have in common: a shell that lets nothing be loaded, and a style. */
export function staticPage({
  title,
  body,
  style,
}: {
  readonly title: string;
  readonly body: Html;
  /** CSS of this page alone, after what all have. */
  readonly style?: Html;
}): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <title>${title} · ordeal</title>
        <style>
          ${pageStyle}${style}
        </style>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `;
  return page.html;
}

/** A folder's name may hold what a URL gives a meaning to, or half a character, which no URL can. */
export function encodePath(path: string): string {
  return path
    .split("/")
    .map((name) => encodeURIComponent(name.replaceAll(/\p{Cs}/gu, "\ufffd")))
    .join("/");
}

const pageStyle: Html = {
  html: `
:root { color-scheme: light dark; --bg: #fbfbfa; --text: #1d2126; --soft: #59616b; --line: #e1e3e6;
  --valid: #176b3a; --invalid: #b3202c; --unknown: #8a5a00; --link: #1f5fa8; }
@media (prefers-color-scheme: dark) { :root { --bg: #14171b; --text: #e6e8eb; --soft: #a3abb5;
  --line: #2c3138; --valid: #63c78b; --invalid: #ff8a8a; --unknown: #e3b04b; --link: #82b4f0; } }
body { margin: 0; background: var(--bg); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 48px 24px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -.01em; }
.summary { color: var(--soft); margin: 0 0 32px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; font-size: 13px; color: var(--soft); }
th, td { padding: 10px 20px 10px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:last-child { min-width: 16em; }
.verdict { font-weight: 600; white-space: nowrap; }
.verdict.valid { color: var(--valid); } .verdict.invalid { color: var(--invalid); }
.verdict.unknown { color: var(--unknown); } .verdict.none { color: var(--soft); }
.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
a { color: var(--link); }
`,
};
