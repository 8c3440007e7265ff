import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PriceBook } from '@runwright/client';
import { usageError } from '../cli-error.ts';
import { connect, type ConnectionFlags } from '../connection.ts';
import { EXIT } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

interface Flags extends ConnectionFlags {
  readonly json?: true;
}

export async function listPriceBooks(
  organization: string,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const { data } = await client.priceBooks.list(organization, { pageSize: 100 });
  if (flags.json === true) terminal.print(JSON.stringify(data, null, 2));
  else if (data.length === 0)
    terminal.print(`No price books. Next: runwright price-book upload ${organization} FILE`);
  else for (const book of data) terminal.print(describe(book));
  return EXIT.ok;
}

/** Uploads the books one by one: the first wrong one is reported, and the books before it stay uploaded. */
export async function uploadPriceBooks(
  organization: string,
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { client } = await connect(flags, terminal.env);
  const { data: known } = await client.priceBooks.list(organization, { pageSize: 100 });
  const uploaded: PriceBook[] = [];
  for (const file of files) {
    const document = await readFile(file, 'utf8').catch(() => {
      throw usageError(`${file} cannot be read`);
    });
    const name = path.parse(file).name;
    const before = known.find(({ attributes }) => attributes.name === name);
    uploaded.push(
      before === undefined
        ? await client.priceBooks.create(organization, { name, document })
        : await client.priceBooks.update(before.id, { document }),
    );
  }
  if (flags.json === true) terminal.print(JSON.stringify(uploaded, null, 2));
  else for (const book of uploaded) terminal.print(describe(book));
  return EXIT.ok;
}

const describe = ({ id, attributes }: PriceBook): string =>
  `${id}  ${attributes.name}  version ${attributes.version}  ${attributes['prices-count']} prices in ${attributes.currency} of ${attributes.date}`;
