import { type Account, ExpositionReader, LIMITS, type Limits } from '../../../lib/probe/exposition/reader.ts';
import type { Sample } from '../../../lib/probe/exposition/sample.ts';

interface Read extends Account {
  readonly samples: readonly Sample[];
}

/** Reads an exposition that comes in chunks; of a text, in one. */
export function read(
  text: string | readonly Uint8Array[],
  wanted: readonly string[],
  limits: Partial<Limits> = {},
): Read {
  const samples: Sample[] = [];
  const take = (sample: Sample) => void samples.push(sample);
  const reader = new ExpositionReader(new Set(wanted), take, { ...LIMITS, ...limits });
  for (const chunk of typeof text === 'string' ? [Buffer.from(text)] : text) reader.write(chunk);
  return { ...reader.end(), samples };
}

/** The samples as `name{label=value,…} value`. */
export const shown = ({ samples }: Read): readonly string[] =>
  samples.map(
    ({ name, labels, value }) =>
      `${name}{${[...labels].map(([k, v]) => `${k}=${v}`).join(',')}} ${typeof value === 'number' ? value : 'native'}`,
  );
