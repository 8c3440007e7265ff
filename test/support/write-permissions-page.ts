/** Writes docs/permissions.md. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { permissionsPage } from './permissions-page.ts';

const file = path.resolve(import.meta.dirname, '..', '..', 'docs', 'permissions.md');
writeFileSync(file, await format(permissionsPage(), { ...(await resolveConfig(file)), filepath: file }));
