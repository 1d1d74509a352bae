import { SIGNALS } from '../../lib/catalogue/signals/index.ts';
import type { Reading } from '../../lib/model/reading.ts';
import { type Report, TARGET_KINDS } from '../../lib/model/report.ts';
import type { UnknownReason } from '../../lib/model/unknown.ts';

/** What is said of a signal: a number, or why there is none. */
export type Said = number | UnknownReason;
/** That of every signal a report holds, or by label. */
export type Values = Readonly<Record<string, Said | Readonly<Record<string, Said>>>>;

const LABELS = new Map(SIGNALS.map((s) => [s.id, s.label ?? 'label']));

function reading(signal: string, target: string, said: Said, at: string, label?: string): Reading {
  return {
    signal,
    target,
    at,
    ...(label !== undefined && { labels: { [LABELS.get(signal) ?? 'label']: label } }),
    ...(typeof said === 'number'
      ? { value: said }
      : { value: null, unknown: { reason: said, detail: `described as ${said}` } }),
  };
}

/** The readings of one report, all of them read at one moment. */
export const readingsOf = (target: string, values: Values, at: string): readonly Reading[] =>
  Object.entries(values).flatMap(([signal, said]) =>
    typeof said === 'object'
      ? Object.entries(said).map(([label, one]) => reading(signal, target, one, at, label))
      : [reading(signal, target, said, at)],
  );

/** @throws RangeError when the target is of no kind */
export function kindOf(target: string): Report['kind'] {
  const kind = TARGET_KINDS.find((k) => target.startsWith(`${k}/`));
  if (kind === undefined) throw new RangeError(`${target} is of no kind`);
  return kind;
}
