import * as v from 'valibot';

const finite = v.pipe(v.number(), v.finite());

/** A value and when it was read, in whole seconds since the epoch: written short, for it is stored every minute. */
export const PointSchema = v.tuple([finite, finite]);
export type Point = readonly [at: number, value: number];

/** The past of one signal, oldest first: dense for the last minutes and ever sparser before. */
export type Series = readonly Point[];
