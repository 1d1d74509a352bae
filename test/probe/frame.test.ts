import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { PrefectTarget } from '../../lib/config/targets.ts';
import { ReportSchema } from '../../lib/model/report.ts';
import type { Collected, Collector } from '../../lib/probe/collector.ts';
import { ProbeFailure } from '../../lib/probe/failure.ts';
import { type Probe, probe } from '../../lib/probe/frame.ts';

/** A connection that counts what happens to it: the frame must leave none open. */
class Line {
  closed = 0;
  discarded = 0;
}

const target: PrefectTarget = {
  kind: 'prefect',
  id: 'prefect/server',
  name: 'server',
  apiUrl: 'http://127.0.0.1:4200/api',
  auth: { scheme: 'none' },
  tls: {},
};

const collector = (name: string, collect: Collector<Line>['collect'], signals = [name]): Collector<Line> => ({
  name,
  tier: 'minute',
  signals,
  cheap: 'it does nothing',
  collect,
});

const well = collector('well', async () => ({
  samples: [{ signal: 'well', value: 7 }],
  facts: { mood: 'fine' },
}));

/** A probe over lines that are kept for inspection. */
function probeWith(
  collectors: readonly Collector<Line>[],
  open?: () => Promise<{ connection: Line } & Collected>,
  but: Partial<Probe<PrefectTarget, Line>> = {},
) {
  const lines: Line[] = [];
  const kind: Probe<PrefectTarget, Line> = {
    open:
      open ??
      (async () => {
        const connection = new Line();
        lines.push(connection);
        return { connection, samples: [{ signal: 'up', value: 1 }] };
      }),
    closed: ({ reason, detail }) => [{ signal: 'up', value: reason === 'refused' ? 0 : { reason, detail } }],
    signals: ['up'],
    collectors,
    classify: () => undefined,
    discard: (line) => {
      line.discarded++;
    },
    close: async (line) => {
      line.closed++;
    },
    ...but,
  };
  const budget = { openMs: 50, collectorMs: 30, totalMs: 500 };
  const visit = {
    installation: 'test',
    tier: 'minute',
    intervalSeconds: 60,
    budget,
    now: () => new Date(),
  } as const;
  return { lines, run: async () => v.parse(ReportSchema, await probe(kind, target, visit)) };
}

const never = new Promise<never>(() => {});

describe('a probe', () => {
  it('reports every reading with its target and time, and closes its one connection', async () => {
    const { lines, run } = probeWith([well]);
    const report = await run();
    expect(report.readings).toMatchObject([
      { signal: 'up', target: 'prefect/server', value: 1 },
      { signal: 'well', target: 'prefect/server', value: 7 },
    ]);
    expect(report.facts).toEqual({ mood: 'fine' });
    expect(report.errors).toEqual([]);
    expect(lines).toMatchObject([{ closed: 1, discarded: 0 }]);
  });

  it('loses only the readings of a collector that throws', async () => {
    const broken = collector('broken', async () => {
      throw new Error('password=hunter2');
    });
    const report = await probeWith([broken, well]).run();
    expect(report.readings).toMatchObject([
      { signal: 'up', value: 1 },
      { signal: 'broken', value: null, unknown: { reason: 'failed' } },
      { signal: 'well', value: 7 },
    ]);
    expect(report.errors).toMatchObject([{ collector: 'broken', reason: 'failed' }]);
  });

  it('never repeats what a foreign error says', async () => {
    const broken = collector('broken', async () => {
      throw new Error('password=hunter2');
    });
    expect(JSON.stringify(await probeWith([broken]).run())).not.toContain('hunter2');
  });

  it('loses only the readings of a collector that hangs, and goes on over a new connection', async () => {
    const { lines, run } = probeWith([collector('hanging', () => never), well]);
    const report = await run();
    expect(report.readings).toMatchObject([
      { signal: 'up', value: 1 },
      { signal: 'hanging', value: null, unknown: { reason: 'timeout' } },
      { signal: 'well', value: 7 },
    ]);
    expect(lines).toMatchObject([
      { closed: 0, discarded: 1 },
      { closed: 1, discarded: 0 },
    ]);
  });

  it('tells a collector that its time is up', async () => {
    let aborted = false;
    const hanging = collector('hanging', async (_, abort) => {
      abort.addEventListener('abort', () => {
        aborted = true;
      });
      return never;
    });
    await probeWith([hanging]).run();
    expect(aborted).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['no list', { samples: 'plenty' }],
    ['no number', { samples: [{ signal: 'rubbish', value: Number.NaN }] }],
    ['infinity', { samples: [{ signal: 'rubbish', value: Number.POSITIVE_INFINITY }] }],
    ['a text', { samples: [{ signal: 'rubbish', value: '12' }] }],
    ['signals it is not answerable for', { samples: [{ signal: 'well', value: 1 }] }],
    ['holes', { samples: [null, 3, { value: 4 }] }],
  ])('makes a value unknown when a collector returns %s', async (_, rubbish) => {
    const report = await probeWith([
      collector('rubbish', async () => rubbish as unknown as Collected),
      well,
    ]).run();
    expect(report.readings).toMatchObject([
      { signal: 'up', value: 1 },
      { signal: 'rubbish', value: null, unknown: { reason: expect.stringMatching(/^(failed|invalid)$/) } },
      { signal: 'well', value: 7 },
    ]);
  });

  it('strips what is hostile from facts and labels', async () => {
    const hostile = collector('hostile', async () => ({
      samples: [{ signal: 'hostile', value: 1, labels: { state: 'a\u001b[31m\u202eb\n' } }],
      facts: { text: 'x\u0000y\r\nz', long: 'l'.repeat(5000), deep: [[[[[[[['too deep']]]]]]]] },
    }));
    const report = await probeWith([hostile]).run();
    expect(report.readings[1]?.labels).toEqual({ state: 'a [31m b ' });
    expect(report.facts.text).toBe('x y  z');
    expect(String(report.facts.long)).toHaveLength(500);
    expect(JSON.stringify(report.facts.deep)).not.toContain('too deep');
  });

  it('leaves the facts out when they would make the report too large', async () => {
    const large = collector('large', async () => ({
      samples: [{ signal: 'large', value: 1 }],
      facts: Object.fromEntries(
        Array.from({ length: 3 }, (_, i) => [`f${i}`, Array(200).fill('y'.repeat(400))]),
      ),
    }));
    const report = await probeWith([large]).run();
    expect(report.facts).toEqual({});
    expect(report.errors).toMatchObject([{ collector: 'facts', reason: 'invalid' }]);
    expect(report.readings[1]).toMatchObject({ signal: 'large', value: 1 });
  });

  it('makes everything unknown, with the reason, when the target cannot be opened', async () => {
    const open = async () => {
      throw new ProbeFailure('auth', 'the password is not accepted');
    };
    const report = await probeWith([well], open).run();
    expect(report.readings).toMatchObject([
      { signal: 'up', value: null, unknown: { reason: 'auth' } },
      { signal: 'well', value: null, unknown: { reason: 'auth' } },
    ]);
    expect(report.errors).toMatchObject([{ collector: 'connection', reason: 'auth' }]);
  });

  it('lets a failure to open speak for a signal of a collector, once', async () => {
    const open = async () => {
      throw new ProbeFailure('refused', 'nothing listens on this port');
    };
    const full = collector('full', async () => ({ samples: [] }), ['full', 'other']);
    const closed = () => [
      { signal: 'up', value: 0 },
      { signal: 'full', value: 100 },
    ];
    const report = await probeWith([full], open, { closed }).run();
    expect(report.readings).toMatchObject([
      { signal: 'up', value: 0 },
      { signal: 'full', value: 100 },
      { signal: 'other', value: null, unknown: { reason: 'refused' } },
    ]);
  });

  it('opens anew after a failure that the connection does not survive', async () => {
    const broken = collector('broken', async () => {
      throw new ProbeFailure('protocol', 'the server closed the connection');
    });
    const survives = (failure: ProbeFailure) => failure.reason !== 'protocol';
    const { lines, run } = probeWith([broken, well], undefined, { survives });
    expect((await run()).readings[2]).toMatchObject({ signal: 'well', value: 7 });
    expect(lines).toMatchObject([
      { closed: 0, discarded: 1 },
      { closed: 1, discarded: 0 },
    ]);
  });

  it('gives up on opening in time, and discards a connection that comes too late', async () => {
    const late = new Line();
    let finish = () => {};
    const open = () =>
      new Promise<{ connection: Line } & Collected>((resolve) => {
        finish = () => resolve({ connection: late, samples: [] });
      });
    const report = await probeWith([well], open).run();
    expect(report.readings[0]).toMatchObject({ signal: 'up', unknown: { reason: 'timeout' } });
    finish();
    await expect.poll(() => late.discarded).toBe(1);
  });

  it('stays within its whole budget when every collector hangs', async () => {
    const hanging = Array.from({ length: 40 }, (_, i) => collector(`h${i}`, () => never));
    const report = await probeWith(hanging).run();
    expect(report.readings).toHaveLength(41);
    const last = report.errors.at(-1);
    expect(last).toMatchObject({ reason: 'timeout', detail: "the probe's budget was used up before" });
  });
});
