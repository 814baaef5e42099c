import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { ApiProperty } from './api-property.decorator';
import { Problem } from './problem';

/** How many items a page holds if the caller does not say. */
const DEFAULT_LIMIT = 50;

/** How many items a page holds at the most. */
const LARGEST_LIMIT = 200;

/** The query of every list: `?limit=50&cursor=…`. */
export class PageQuery {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: LARGEST_LIMIT,
    default: DEFAULT_LIMIT,
    description: 'How many items at most',
  })
  @IsOptional()
  @IsString()
  @Matches(/^(?:[1-9]\d?|1\d\d|200)$/, { message: `limit must be a whole number from 1 to ${LARGEST_LIMIT}` })
  limit?: string;

  @ApiProperty({ description: 'The `nextCursor` of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(4_096)
  cursor?: string;
}

/** A page of a list; `nextCursor` is null on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Where a page begins: after the item with this instant and id, in descending order. */
export interface Position {
  readonly at: number;
  readonly id: string;
}

/** A list's query, read. */
export interface PageRequest {
  readonly limit: number;
  readonly after: Position | null;
}

/** Ids that this server makes up. */
const OWN_ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * @param ids how the ids of the list look, where they are not made up here
 * @throws {Problem} validation_failed when the cursor is not one that this server gave
 */
export function readPage(query: PageQuery, ids: RegExp = OWN_ID): PageRequest {
  const limit = limitOf(query);
  if (query.cursor === undefined) return { limit, after: null };
  const [, at, id = ''] = /^(\d{1,16}) (\S+)$/.exec(Buffer.from(query.cursor, 'base64url').toString('latin1')) ?? [];
  if (at === undefined || !ids.test(id)) throw foreignCursor();
  return { limit, after: { at: Number(at), id } };
}

/**
 * A page of a list that is in memory whole.
 * @param keyOf what the list is in the order of; no two items have the same
 * @throws {Problem} validation_failed when the cursor is not one that this server gave
 */
export function pageInMemory<Row, Item>(
  rows: readonly Row[],
  query: PageQuery,
  keyOf: (row: Row) => string,
  view: (row: Row) => Item,
): Page<Item> {
  const limit = limitOf(query);
  const after = query.cursor === undefined ? '' : Buffer.from(query.cursor, 'base64url').toString();
  if (query.cursor !== undefined && Buffer.from(after).toString('base64url') !== query.cursor) throw foreignCursor();
  const sorted = rows
    .filter((row) => query.cursor === undefined || keyOf(row) > after)
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const shown = sorted.slice(0, limit);
  const last = shown.at(-1);
  const more = sorted.length > limit && last !== undefined;
  return { items: shown.map(view), nextCursor: more ? Buffer.from(keyOf(last)).toString('base64url') : null };
}

function limitOf({ limit }: PageQuery): number {
  return limit === undefined ? DEFAULT_LIMIT : Number(limit);
}

function foreignCursor(): Problem {
  const detail = 'Leave the cursor out for the first page, and send the nextCursor of a page for the one after it.';
  return new Problem('validation_failed', { errors: [{ pointer: '#/cursor', detail }] });
}

/** Makes a page of rows read with one more than the limit, which tells whether there is a next page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
  position: (row: Row) => Position,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(view), nextCursor: more ? cursorOf(position(last)) : null };
}

function cursorOf({ at, id }: Position): string {
  return Buffer.from(`${at} ${id}`, 'latin1').toString('base64url');
}
