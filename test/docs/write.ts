/** `npm run docs`: writes the parts of docs/ that are generated from the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { toolTableMarkdown } from '../../src/mcp/server/tool-table-markdown.ts';
import { TOOLS } from '../../src/mcp/tools/table.ts';
import { permissionsPage } from '../support/permissions-page.ts';
import { API_PART, apiPart, replacePart } from './compatibility.ts';
import { endpointTable } from './endpoint-table.ts';
import { TOOL_API_PART, toolApiPart, TOOL_TABLE_PART } from './tool-endpoints.ts';
import { VOCABULARY_PART, vocabularyPart } from './vocabulary.ts';

const docs = path.resolve(import.meta.dirname, '..', '..', 'docs');

function write(name: string, text: string): void {
  writeFileSync(path.join(docs, name), text);
  console.log(`wrote docs/${name}`);
}

const compatibility = readFileSync(path.join(docs, 'compatibility.md'), 'utf8');
const rooms = endpointTable();
const withApi = replacePart(compatibility, API_PART, apiPart(rooms));
write('compatibility.md', replacePart(withApi, VOCABULARY_PART, vocabularyPart(rooms)));
const mcp = readFileSync(path.join(docs, 'mcp.md'), 'utf8');
write(
  'mcp.md',
  replacePart(replacePart(mcp, TOOL_TABLE_PART, toolTableMarkdown(TOOLS)), TOOL_API_PART, toolApiPart(rooms)),
);
const permissions = path.join(docs, 'permissions.md');
write(
  'permissions.md',
  await format(permissionsPage(), { ...(await resolveConfig(permissions)), filepath: permissions }),
);
