/** `npm run docs`: writes the parts of docs/ that are made of the code. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { API_PART, apiPart, replacePart } from './compatibility.ts';
import { endpointTable } from './endpoint-table.ts';

const file = path.resolve(import.meta.dirname, '..', '..', 'docs', 'compatibility.md');
writeFileSync(file, replacePart(readFileSync(file, 'utf8'), API_PART, apiPart(endpointTable())));
console.log(`wrote ${path.relative(process.cwd(), file)}`);
