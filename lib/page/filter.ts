import type { Status } from '../model/status.ts';

/** What of a long page is wanted: names that contain a text, and perhaps only what is not healthy. */
export interface Filter {
  readonly text: string;
  readonly isTroubleOnly: boolean;
}
export const NO_FILTER: Filter = { text: '', isTroubleOnly: false };

const contains = (text: string, names: readonly string[]): boolean =>
  names.some((name) => name.toLowerCase().includes(text.trim().toLowerCase()));

/** Whether something with these names, and this status if it has one, is wanted. */
export const isWanted = (filter: Filter, names: readonly string[], status?: Status): boolean =>
  contains(filter.text, names) && !(filter.isTroubleOnly && status === 'healthy');
