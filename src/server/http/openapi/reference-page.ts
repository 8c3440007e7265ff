import { createRequire } from 'node:module';
import type { Answer } from '../endpoint.ts';
import { pageHeaders } from '../page-headers.ts';

export const REFERENCE_URL = '/api/docs';

/** The parts of the page, all from this server: the files of the package, and the line that starts it. */
const PACKAGE_FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** Groups are closed, and schemas are shown only where used: hundreds of both at once take a browser half a minute. */
const START = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: -1,
  filter: true,
  validatorUrl: null,
});
`;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>API reference · Runwright</title>
    <link rel="stylesheet" href="${REFERENCE_URL}/swagger-ui.css" />
    <link rel="icon" type="image/png" href="${REFERENCE_URL}/favicon-32x32.png" />
  </head>
  <body>
    <div id="reference"></div>
    <noscript>This page needs JavaScript; <a href="/api/openapi.json">the description</a> itself does not.</noscript>
    <script src="${REFERENCE_URL}/swagger-ui-bundle.js"></script>
    <script src="${REFERENCE_URL}/start.js"></script>
  </body>
</html>
`;

/** The interactive reference. Its requests go only to this server, with a token that is kept in the page's memory. */
export const referencePage = (): Answer => ({
  status: 200,
  text: PAGE,
  headers: pageHeaders([
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'none'",
  ]),
});

export const REFERENCE_TYPES = [...Object.values(PACKAGE_FILES)];

/** @returns a text to send or a file to read; undefined when the page has no such part */
export function referencePart(
  name: string,
): { contentType: string; text?: string; file?: string } | undefined {
  if (name === 'start.js') return { contentType: 'text/javascript; charset=utf-8', text: START };
  const contentType = Object.hasOwn(PACKAGE_FILES, name) ? PACKAGE_FILES[name] : undefined;
  if (contentType === undefined) return undefined;
  return { contentType, file: createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`) };
}
