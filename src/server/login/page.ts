import { createHash } from 'node:crypto';
import type { Answer } from '../http/endpoint.ts';
import { pageHeaders } from '../http/page-headers.ts';

/** Text that is HTML already. All other values in a page are escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | undefined | readonly Html[];

/** Markup with values in it: values are escaped, except {@link Html}. */
export function markup(fragments: TemplateStringsArray, ...values: Part[]): Html {
  return new Html(fragments.reduce((text, next, index) => text + render(values[index - 1]) + next));
}

function render(value: Part): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1b2130; --soft: #5a6375; --line: #dde1e8; --card: #fff; --page: #f6f7f9;
  --accent: #4453c4; --bad: #b3261e; --good: #18713a; --warn: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaf1; --soft: #a2abbd; --line: #2b3140; --card: #191d26;
  --page: #11141b; --accent: #9aa6ff; --bad: #ff8a80; --good: #6ed692; --warn: #f0c25f; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--page);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 30rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 2rem; }
h1 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .75rem; }
p { margin: 0 0 1rem; } main > :last-child { margin-bottom: 0; }
.soft { color: var(--soft); font-size: .9rem; } input + .soft { margin-top: .4rem; } button + .soft { margin: 1rem 0 0; }
.brand { font-weight: 650; color: var(--accent); letter-spacing: .02em; margin: 0 0 1.25rem; }
label { display: block; font-weight: 600; margin: 1rem 0 .35rem; }
input, textarea { width: 100%; padding: .6rem .7rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: 8px; }
textarea { display: block; resize: vertical; }
form + form { margin-top: 1.5rem; padding-top: .5rem; border-top: 1px solid var(--line); }
input:focus-visible, textarea:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
button { margin-top: 1.25rem; width: 100%; padding: .65rem 1rem; font: inherit; font-weight: 600; color: var(--card);
  background: var(--accent); border: 0; border-radius: 8px; cursor: pointer; }
.problem { border-left: 4px solid var(--bad); padding: .4rem .8rem; color: var(--bad); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 1rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.changes { list-style: none; margin: 0 0 1rem; padding: 0; max-height: 22rem; overflow: auto; border: 1px solid var(--line);
  border-radius: 8px; }
.changes li { display: grid; grid-template-columns: 4.5rem 1fr; align-items: baseline; gap: .5rem; padding: .4rem .7rem; }
.changes li + li { border-top: 1px solid var(--line); }
.changes:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
main:has(.changes) { max-width: 44rem; }
.counts { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-weight: 650; }
.destroy, .replace { color: var(--bad); font-weight: 650; } .create, .import { color: var(--good); }
.change, .forget { color: var(--warn); }
button.other { margin-top: .6rem; color: var(--bad); background: transparent; border: 1px solid var(--bad); }
code, .secret { font: .9rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
@media (max-width: 30rem) { body { padding: .75rem; place-items: start center; } main { padding: 1.25rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd + dt { margin-top: .5rem; }
  .changes li { grid-template-columns: 1fr; gap: 0; } }
.secret { display: block; padding: .8rem; border: 1px dashed var(--accent); border-radius: 8px; user-select: all; }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * A whole page. It runs no script and loads nothing; forms go only to this server, and to its redirect target.
 *
 * @param redirectOrigin the redirect target of a form: browsers apply `form-action` to redirects too
 */
export function page(status: number, title: string, content: Html, redirectOrigin?: string): Answer {
  const text = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Runwright</title>
        <style>${new Html(STYLE)}</style>
      </head>
      <body>
        <main>
          <p class="brand">Runwright</p>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `.text;
  const formAction = ["'self'", redirectOrigin].filter((part) => part !== undefined).join(' ');
  return {
    status,
    text,
    headers: {
      ...pageHeaders([`style-src 'sha256-${STYLE_HASH}'`, `form-action ${formAction}`]),
      'Cache-Control': 'no-store',
    },
  };
}
