import { ApiException } from '@kubernetes/client-node/dist/gen/index.js';
import { ProbeFailure } from '../../failure.ts';

const ITEMS_PER_PAGE = 250;
/** More than this is not counted in part: it is said not to be known. */
const ITEMS_MAX = 5_000;
const GONE = 410;
const NO_LIST = 'the API server answers what is no list';

/** How one page is asked for. The first may come from the API server's cache: nobody waits for etcd. */
export interface Page {
  readonly limit: number;
  readonly resourceVersion?: string;
  readonly _continue?: string;
}

interface List<T> {
  readonly kind?: string;
  readonly items: readonly T[] | null;
  readonly metadata?: { readonly _continue?: string };
}

/** The generated client takes nearly anything for an empty list, and stumbles over the rest. */
async function asked<T>(ask: (page: Page) => Promise<List<T>>, page: Page): Promise<List<T>> {
  const list = await ask(page).catch((cause) => {
    throw cause instanceof TypeError ? new ProbeFailure('protocol', NO_LIST, { cause }) : cause;
  });
  if (!list.kind?.endsWith('List')) throw new ProbeFailure('protocol', NO_LIST);
  return list;
}

/**
 * Every item of a list, page after page, each made small by `pick` before the next page is asked for. A list that
 * expired on the way (410) is read once more from its beginning.
 *
 * @throws ProbeFailure `failed` when there are more than can be looked at.
 */
export async function everyItem<T, P>(
  ask: (page: Page) => Promise<List<T>>,
  pick: (item: T) => P,
  isAgain = false,
): Promise<readonly P[]> {
  const picked: P[] = [];
  let next: string | undefined;
  do {
    const from = next === undefined ? { resourceVersion: '0' } : { _continue: next };
    try {
      const { items, metadata } = await asked(ask, { limit: ITEMS_PER_PAGE, ...from });
      for (const item of items ?? []) picked.push(pick(item));
      next = metadata?._continue || undefined;
    } catch (error) {
      const isExpired = error instanceof ApiException && error.code === GONE && next !== undefined;
      if (isExpired && !isAgain) return everyItem(ask, pick, true);
      throw error;
    }
    if (picked.length > ITEMS_MAX || (picked.length === ITEMS_MAX && next !== undefined)) {
      throw new ProbeFailure('failed', `there are more than ${ITEMS_MAX}: too many to look at`);
    }
  } while (next !== undefined);
  return picked;
}
