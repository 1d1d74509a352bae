import * as v from 'valibot';
import { Timestamp } from './fields.ts';

/** When alerts are muted; what is watched goes on being judged. */
export const Maintenance = v.pipe(
  v.strictObject({ from: Timestamp, to: Timestamp, note: v.optional(v.string()) }),
  v.check((w) => Date.parse(w.from) < Date.parse(w.to), 'a window whose `from` is before its `to`'),
);
