import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { read, shown } from './reading.ts';

const WANTED = ['requests_total', 'took_seconds_bucket'];

describe('a line of an exposition', () => {
  it.each([
    ['a bare number', 'requests_total 12', 'requests_total{} 12'],
    ['empty braces', 'requests_total{} 1.5e3', 'requests_total{} 1500'],
    ['labels', 'requests_total{a="1",b="2"} 3', 'requests_total{a=1,b=2} 3'],
    ['a comma behind the last label', 'requests_total{a="1",} 3', 'requests_total{a=1} 3'],
    ['blanks where they may be', '  requests_total { a = "1" , b="2" }\t3 ', 'requests_total{a=1,b=2} 3'],
    ['escapes', String.raw`requests_total{a="\\ \" \n \x"} 3`, 'requests_total{a=\\ " \n \\x} 3'],
    ['a backslash before the last quote', String.raw`requests_total{a="C:\\"} 3`, 'requests_total{a=C:\\} 3'],
    ['braces and blanks in a value', 'requests_total{a="} 9 {"} 3', 'requests_total{a=} 9 {} 3'],
    ['text beyond ASCII', 'requests_total{a="Grüße 🚀"} 3', 'requests_total{a=Grüße 🚀} 3'],
    ['a timestamp', 'requests_total{a="1"} 3 1700000000000', 'requests_total{a=1} 3'],
    ['an exemplar', 'requests_total{a="1"} 3 # {trace_id="x"} 0.5 1.7e9', 'requests_total{a=1} 3'],
    ['a timestamp and an exemplar', 'requests_total 3 1.7e9 # {} 0.5', 'requests_total{} 3'],
    ['no number', 'requests_total NaN', 'requests_total{} NaN'],
    ['what has no end', 'requests_total{le="+Inf"} +Inf', 'requests_total{le=+Inf} Infinity'],
    ['a carriage return', 'requests_total{a="1"} 3\r', 'requests_total{a=1} 3'],
  ])('is read with %s', (_, line, sample) => {
    const result = read(`${line}\n`, WANTED);
    expect(shown(result)).toEqual([sample]);
    expect(result).toMatchObject({ lines: 1, taken: 1, bad: 0, overflow: null });
  });

  it.each([
    ['without a value', 'requests_total{a="1"}'],
    ['with a value that is none', 'requests_total 0x10'],
    ['with something behind it', 'requests_total 1 2 3'],
    ['whose quotes do not end', 'requests_total{a="1} 3'],
    ['whose braces do not end', 'requests_total{a="1" 3'],
    ['with a label twice', 'requests_total{a="1",a="2"} 3'],
    ['with a label without quotes', 'requests_total{a=1} 3'],
  ])('is passed over and counted %s, and the next is read', (_, line) => {
    const result = read(`${line}\nrequests_total 7\n`, WANTED);
    expect(shown(result)).toEqual(['requests_total{} 7']);
    expect(result).toMatchObject({ lines: 2, taken: 1, bad: 1 });
  });

  it('of another series costs nothing but a look at its name, good or bad', () => {
    const result = read('requests_totals{{{ 1\nrequests 1\nother{a="1"} x\n\nrequests_total 7\n', WANTED);
    expect(result).toMatchObject({ lines: 5, taken: 1, bad: 0 });
  });

  it('that does not end is not read: its number may have been cut off', () => {
    expect(read('requests_total 7\nrequests_total 12', WANTED)).toMatchObject({ taken: 1, bad: 1 });
  });

  it('has labels that cannot reach what every object has', () => {
    const { samples } = read('requests_total{__proto__="x",constructor="y"} 1\n', WANTED);
    expect(samples[0]?.labels.get('__proto__')).toBe('x');
    expect(samples[0]?.labels.get('toString')).toBeUndefined();
  });
});

describe('an exposition', () => {
  it('tells the type of its families, and whether its end is marked', () => {
    const text = '# HELP took_seconds x\n# TYPE took_seconds histogram\n# UNIT took_seconds seconds\n# EOF\n';
    const { types, isEnded } = read(text, WANTED);
    expect([...types]).toEqual([['took_seconds', 'histogram']]);
    expect(isEnded).toBe(true);
    expect(read('# EOFX\n', WANTED).isEnded).toBe(false);
    expect(read('# EOF', WANTED).isEnded).toBe(true);
  });

  it('is over where it says so', () => {
    expect(read('requests_total 1\n# EOF\nrequests_total 2\n', WANTED)).toMatchObject({ taken: 1 });
  });

  it('is read up to its limits, and says which one was reached', () => {
    const line = 'requests_total{a="1",b="2"} 1\n';
    expect(read(line.repeat(5), WANTED, { samples: 5 })).toMatchObject({ taken: 5, overflow: null });
    expect(read(line.repeat(6), WANTED, { samples: 5 })).toMatchObject({ taken: 5, overflow: 'samples' });
    expect(read(line.repeat(6), WANTED, { bytes: 100 })).toMatchObject({ taken: 0, overflow: 'bytes' });
    expect(read(line, WANTED, { labels: 1 })).toMatchObject({ taken: 0, bad: 1, overflow: null });
    expect(read('# TYPE a counter\n# TYPE b counter\n', WANTED, { types: 1 }).types.size).toBe(1);
  });

  it('keeps nothing of a line too long, in one piece or in many', () => {
    const long = `requests_total{a="${'x'.repeat(300)}"} 1\nrequests_total 2\n`;
    const pieces = Array.from(Buffer.from(long), (byte) => Uint8Array.of(byte));
    for (const text of [long, pieces]) {
      const result = read(text, WANTED, { lineCharacters: 100 });
      expect(shown(result)).toEqual(['requests_total{} 2']);
      expect(result).toMatchObject({ lines: 2, bad: 1 });
    }
  });
});

const labelName = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
const labelValue = fc.string({ unit: 'binary', maxLength: 20 });
/** Text has one zero. */
const value = fc.oneof(fc.double(), fc.integer()).map((n) => (n === 0 ? 0 : n));
const sample = fc.record({
  name: fc.constantFrom(...WANTED, 'other_total'),
  labels: fc.uniqueArray(fc.tuple(labelName, labelValue), { selector: ([name]) => name, maxLength: 6 }),
  value,
  tail: fc.constantFrom('', ' 1700000000000', ' 1.7e9', ' # {trace_id="}{"} 1 2'),
  end: fc.constantFrom('\n', '\r\n'),
});
type GeneratedSample = typeof sample extends fc.Arbitrary<infer T> ? T : never;

const escaped = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
const numberText = (n: number) =>
  Number.isFinite(n) ? `${n}` : Number.isNaN(n) ? 'NaN' : n > 0 ? '+Inf' : '-Inf';
const lineOf = ({ name, labels, value: n, tail, end }: GeneratedSample) =>
  `${name}{${labels.map(([l, text]) => `${l}="${escaped(text)}"`).join(',')}} ${numberText(n)}${tail}${end}`;

/** Cuts bytes at these places, in the middle of a character if it comes so. */
function cut(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const sorted = [0, ...places.map((p) => p % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((to, i) => bytes.subarray(sorted[i], to));
}

describe('any exposition', () => {
  it('gives back what was written, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(sample, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        (written, places) => {
          const text = Buffer.from(written.map(lineOf).join(''));
          const result = read(cut(text, places), WANTED);
          const expected = written.filter(({ name }) => WANTED.includes(name));
          // What is no character at all becomes one that stands for it, as it does in every decoder.
          const plain = (labels: GeneratedSample['labels']) => labels.map(([l, t]) => [l, t.toWellFormed()]);
          expect(result.samples.map((s) => [s.name, [...s.labels], s.value])).toEqual(
            expected.map((s) => [s.name, plain(s.labels), s.value]),
          );
          expect(result.bad).toBe(0);
        },
      ),
    );
  });

  it('of arbitrary bytes is read to its end without an error, and the same however it is cut', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(
          fc.constantFrom(
            'requests_total',
            '{',
            '}',
            '"',
            '\\',
            '\n',
            '=',
            ',',
            ' ',
            '1',
            '#',
            'a',
            '\0',
            'é',
          ),
          { maxLength: 60 },
        )
        .map((parts) => new Uint8Array(Buffer.from(parts.join('')))),
    );
    fc.assert(
      fc.property(noise, fc.array(fc.nat(), { maxLength: 5 }), (bytes, places) => {
        const limits = { lineCharacters: 40, samples: 3 };
        const { bytes: _, ...whole } = read([bytes], WANTED, limits);
        const { bytes: __, ...pieces } = read(cut(bytes, places), WANTED, limits);
        expect(pieces).toEqual(whole);
        expect(whole.taken + whole.bad).toBeLessThanOrEqual(whole.lines + 1);
      }),
    );
  });
});
