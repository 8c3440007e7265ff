import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import type { NamedPrices } from '../../checks/estimate.ts';
import type { PriceBook } from '../../checks/price-book.ts';
import { userIdOf, type Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { recordChange } from '../access/record-change.ts';
import { checkInProcess, CheckProblem } from '../check-process/check-process.ts';
import type { Platform } from '../context.ts';
import type { Database, Row } from '../database/schema.ts';
import type { UsedPriceBook } from '../database/tables/checks.ts';
import { transact, type Tx } from '../database/transact.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { Refusal, refuse } from '../http/refusal.ts';
import { refuseIfNameIsTaken } from '../http/taken-name.ts';

export type StoredBook = Row<'price_book'> &
  Pick<Row<'price_book_version'>, 'currency' | 'source' | 'as_of' | 'prices' | 'sha256'>;

const MAX_BOOKS = 50;
const POINTER = '/data/attributes/document';

/** Selects the newest version of each book. */
const selectBooks = (db: Kysely<Database>) =>
  db
    .selectFrom('price_book')
    .innerJoin('price_book_version as current', (join) =>
      join
        .onRef('current.price_book_id', '=', 'price_book.id')
        .onRef('current.version', '=', 'price_book.version'),
    )
    .selectAll('price_book')
    .select(['current.currency', 'current.source', 'current.as_of', 'current.prices', 'current.sha256']);

/** @throws 404 when it does not exist, or the caller may not do this with it */
export async function readPriceBook(
  { db }: Platform,
  caller: Caller,
  id: string,
  permission: 'member' | 'manage-policies',
): Promise<StoredBook> {
  const book = await selectBooks(db).where('price_book.id', '=', id).executeTakeFirst();
  if (book === undefined) refuse('not_found');
  await requireInOrganization(db, caller, book.organization_id, permission);
  return book;
}

export async function listPriceBooks(
  { db }: Platform,
  organizationId: string,
  page: Page,
): Promise<{ books: StoredBook[]; totalCount: number }> {
  const { count } = await db
    .selectFrom('price_book')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  const books = await selectBooks(db)
    .where('organization_id', '=', organizationId)
    .orderBy('name')
    .orderBy('id')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  return { books, totalCount: count };
}

/** The document as uploaded. @param version the newest by default @throws 404 there is no such version */
export async function readDocument(
  { db }: Platform,
  book: StoredBook,
  version: number = book.version,
): Promise<string> {
  const found = await db
    .selectFrom('price_book_version')
    .select('source_text')
    .where('price_book_id', '=', book.id)
    .where('version', '=', version)
    .executeTakeFirst();
  return found?.source_text ?? refuse('not_found');
}

export async function createPriceBook(
  platform: Platform,
  caller: Caller,
  organizationId: string,
  { name, document }: { name: string; document: string },
): Promise<StoredBook> {
  const content = await readUploaded(document);
  return await transact(platform.db, async (tx) => {
    const books = await lockBooks(tx, organizationId);
    if (books.length >= MAX_BOOKS)
      refuse('unprocessable', `An organization has at most ${MAX_BOOKS} price books: delete one first.`);
    requireSameCurrency(books, content);
    const row = { id: newId('pbook'), organization_id: organizationId, name, version: 1 };
    await tx.insertInto('price_book').values(row).execute();
    await insertVersion(tx, caller, row, content, document);
    return await recorded(tx, caller, row.id, 'create');
  }).catch(refuseIfNameIsTaken);
}

/** Changes the given attributes; a document becomes the next version, and earlier estimates stay as they are. */
export async function updatePriceBook(
  platform: Platform,
  caller: Caller,
  before: StoredBook,
  { name, document }: { name?: string | null | undefined; document?: string | null | undefined },
): Promise<StoredBook> {
  const content = typeof document === 'string' ? await readUploaded(document) : undefined;
  return await transact(platform.db, async (tx) => {
    const books = await lockBooks(tx, before.organization_id);
    const current = books.find(({ id }) => id === before.id) ?? refuse('not_found');
    const version = current.version + (content === undefined ? 0 : 1);
    if (content !== undefined) {
      requireSameCurrency(
        books.filter(({ id }) => id !== before.id),
        content,
      );
      await insertVersion(tx, caller, { id: before.id, version }, content, document ?? '');
    }
    await tx
      .updateTable('price_book')
      .set({ version, updated_at: new Date(), ...(typeof name === 'string' ? { name } : {}) })
      .where('id', '=', before.id)
      .execute();
    return await recorded(tx, caller, before.id, 'update', before);
  }).catch(refuseIfNameIsTaken);
}

export async function deletePriceBook({ db }: Platform, caller: Caller, book: StoredBook): Promise<void> {
  await transact(db, async (tx) => {
    (await tx.deleteFrom('price_book').where('id', '=', book.id).returning('id').executeTakeFirst()) ??
      refuse('not_found');
    await recordChange(tx, caller, {
      organizationId: book.organization_id,
      resource: { type: 'price-books', id: book.id },
      action: 'destroy',
      before: describe(book),
    });
  });
}

/** All prices in effect in an organization now, by the names of their books. */
export async function readCurrentPrices(
  db: Kysely<Database>,
  organizationId: string,
): Promise<{ used: UsedPriceBook; prices: NamedPrices }[]> {
  const books = await selectBooks(db).where('organization_id', '=', organizationId).orderBy('name').execute();
  return books.map(({ id, name, version, currency, prices }) => ({
    used: { id, name, version },
    prices: { name, currency, prices },
  }));
}

/** @throws 422 with the line and column of all errors in it */
async function readUploaded(source: string): Promise<PriceBook> {
  try {
    const answer = await checkInProcess({ kind: 'read-price-book', source });
    if ('book' in answer) return answer.book;
    throw new Refusal(
      'invalid_attribute',
      answer.problems.map(({ line, column, message }) => ({
        detail: `line ${line}, column ${column}: ${message}`,
        pointer: POINTER,
      })),
    );
  } catch (error) {
    if (error instanceof CheckProblem)
      return refuse('invalid_attribute', `The document could not be read: ${error.message}.`, POINTER);
    throw error;
  }
}

/** The lock of the organization keeps two uploads from deciding on books that the other changes. */
async function lockBooks(tx: Tx, organizationId: string): Promise<StoredBook[]> {
  const organization = await tx
    .selectFrom('organization')
    .select('id')
    .where('id', '=', organizationId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (organization === undefined) refuse('not_found');
  return await selectBooks(tx).where('organization_id', '=', organizationId).execute();
}

/** Amounts of two currencies have no sum. */
function requireSameCurrency(others: readonly StoredBook[], { currency }: PriceBook): void {
  const other = others.find((book) => book.currency !== currency);
  if (other === undefined) return;
  refuse(
    'invalid_attribute',
    `All price books of an organization have one currency: "${other.name}" is in ${other.currency}, this one in ${currency}.`,
    POINTER,
  );
}

async function insertVersion(
  tx: Tx,
  caller: Caller,
  { id, version }: { id: string; version: number },
  { currency, source, date, prices }: PriceBook,
  document: string,
): Promise<void> {
  await tx
    .insertInto('price_book_version')
    .values({
      price_book_id: id,
      version,
      source_text: document,
      sha256: createHash('sha256').update(document).digest('hex'),
      currency,
      source,
      as_of: date,
      prices: JSON.stringify(prices),
      created_by: userIdOf(caller),
    })
    .execute();
}

async function recorded(
  tx: Tx,
  caller: Caller,
  id: string,
  action: 'create' | 'update',
  before?: StoredBook,
): Promise<StoredBook> {
  const book = await selectBooks(tx).where('price_book.id', '=', id).executeTakeFirstOrThrow();
  await recordChange(tx, caller, {
    organizationId: book.organization_id,
    resource: { type: 'price-books', id },
    action,
    ...(before === undefined ? {} : { before: describe(before) }),
    after: describe(book),
  });
  return book;
}

const describe = ({ name, version, sha256 }: StoredBook) => ({ name, version, sha256 });
