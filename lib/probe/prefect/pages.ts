import * as v from 'valibot';
import { failureOf, ProbeFailure } from '../failure.ts';
import type { PrefectApi } from './api.ts';

/** What came of reading a list page by page; `partial` says why it is not whole, null when it is. */
export interface Listed<T> {
  readonly rows: readonly T[];
  readonly partial: string | null;
}

export interface Pages<T> {
  readonly path: string;
  readonly row: v.GenericSchema<unknown, T>;
  readonly perPage: number;
  readonly pagesMax: number;
}

/**
 * Reads a list to its end, or as far as it may. A page that fails after the first leaves what was read so far, marked
 * as partial.
 *
 * @throws ProbeFailure when the first page cannot be had, ValiError when it is no such list.
 */
export async function readPages<T>(
  api: PrefectApi,
  { path, row, perPage, pagesMax }: Pages<T>,
  abort: AbortSignal,
): Promise<Listed<T>> {
  const rows: T[] = [];
  let before: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    try {
      const body = { limit: perPage, offset: page * perPage };
      const answer = await api.json({ path, body, abort });
      const read = v.parse(v.array(row), answer);
      if (read.length > perPage) throw new ProbeFailure('protocol', 'more rows come than were asked for');
      const now = JSON.stringify(answer);
      if (read.length === perPage && now === before)
        throw new ProbeFailure('protocol', 'the page before comes again');
      before = now;
      rows.push(...read);
      if (read.length < perPage) return { rows, partial: null };
    } catch (error) {
      if (page === 0) throw error;
      const { detail } = failureOf(error);
      return { rows, partial: `page ${page + 1}: ${detail}` };
    }
  }
  return { rows, partial: `more than ${pagesMax * perPage}` };
}

/** For counts that mean nothing unless the whole list was read. @throws ProbeFailure when it was not. */
export function whole<T>({ rows, partial }: Listed<T>): readonly T[] {
  if (partial !== null) throw new ProbeFailure('failed', 'the list could only be read in part');
  return rows;
}
