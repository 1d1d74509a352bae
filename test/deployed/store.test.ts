import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { largeInstallation, playedFor, vendedAt } from '../../bench/assess/installation.ts';
import { assess } from '../../lib/assess/assess.ts';
import { parseConfig } from '../../lib/config/define.ts';
import type { AssessState } from '../../lib/model/assessment.ts';
import { runAssess } from '../../lib/run/assess.ts';
import { ConflictError, commit } from '../../lib/store/commit.ts';
import { historyItem, momentOf } from '../../lib/store/history.ts';
import { historyKey, partitionOf, REPORT_PREFIX, SNAPSHOT_KEY, STATE_KEY } from '../../lib/store/keys.ts';
import { readMoments } from '../../lib/store/moments.ts';
import { putReport, readReports } from '../../lib/store/reports.ts';
import { openSnapshots, readSnapshot } from '../../lib/store/snapshot.ts';
import { wholeOf, withoutDetails } from '../../lib/store/snapshot-item.ts';
import { readState } from '../../lib/store/state.ts';
import type { Table } from '../../lib/store/table.ts';
import { clientOptions } from '../../local/remote.ts';
import { at } from '../assess/builders.ts';
import { createTable, named, reportOf } from './store-table.ts';
import { type Carried, trafficOf } from './store-traffic.ts';

const now = new Date(at(0));
let table: Table;

beforeAll(async () => {
  table = await createTable(inject('cloud'), 'store');
});

const assessed = (name: string, seconds: number) =>
  assess({
    installation: named(name),
    reports: [],
    vended: null,
    previous: null,
    now: new Date(at(seconds)),
    version: '0',
  });

describe('reports', () => {
  it('are read back as the newest of each target and tier', async () => {
    expect(await putReport(table, reportOf('newest', 0), now)).toBe(true);
    expect(await putReport(table, reportOf('newest', 60), now)).toBe(true);
    expect((await readReports(table, 'newest')).map((r) => r.startedAt)).toEqual([at(60)]);
  });

  it('that come late do not turn time back', async () => {
    await putReport(table, reportOf('late', 60), now);
    expect(await putReport(table, reportOf('late', 0), now)).toBe(false);
    expect((await readReports(table, 'late')).map((r) => r.startedAt)).toEqual([at(60)]);
  });

  it('are unknown of an installation that has none', async () => {
    expect(await readReports(table, 'nobody')).toEqual([]);
    expect(await readSnapshot(table, 'nobody')).toBeNull();
  });
});

describe('an assessment', () => {
  it('comes back whole, and is written only over the one it was made from', async () => {
    const first = assessed('commit', 0);
    await commit(table, first, 0, now);
    expect(await readSnapshot(table, 'commit')).toEqual(first.snapshot);
    expect(await readState(table, 'commit')).toEqual({ state: first.state, version: 1, assessedAt: now });

    await expect(commit(table, assessed('commit', 30), 0, now)).rejects.toThrow(ConflictError);
    expect((await readSnapshot(table, 'commit'))?.observed_at).toBe(at(0));
  });

  it('that is written late leaves the newer snapshot where it is', async () => {
    await commit(table, assessed('overtaken', 60), 0, now);
    await commit(table, assessed('overtaken', 30), 1, now);
    expect((await readSnapshot(table, 'overtaken'))?.observed_at).toBe(at(60));
    expect((await readState(table, 'overtaken')).version).toBe(2);
  });

  it('whose run ended before its snapshot was written is followed by one with a snapshot', async () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(inject('cloud'))));
    client.middlewareStack.add(
      (next) => (args) =>
        JSON.stringify(args.input).includes(`"${SNAPSHOT_KEY}"`)
          ? Promise.reject(new Error('killed'))
          : next(args),
      { step: 'initialize' },
    );
    await expect(commit({ client, name: table.name }, assessed('cut', 0), 0, now)).rejects.toThrow('killed');
    expect(await readSnapshot(table, 'cut')).toBeNull();
    const { version, state } = await readState(table, 'cut');
    expect({ version, state }).toEqual({ version: 1, state: assessed('cut', 0).state });
    await commit(table, assessed('cut', 60), version, now);
    expect((await readSnapshot(table, 'cut'))?.observed_at).toBe(at(60));
  });

  it('is made again when another one came between', async () => {
    const config = parseConfig({ installations: [named('race')] });
    await putReport(table, reportOf('race', 0), now);
    let readings = 0;
    const clock = () => {
      readings++;
      return new Date(at(readings));
    };
    const deps = {
      table,
      config,
      version: '0',
      vended: async () => null,
      publish: async () => {},
      now: clock,
    };
    await Promise.all(Array.from({ length: 4 }, () => runAssess({ installations: 'all' }, deps)));
    expect((await readState(table, 'race')).version).toBe(4);
    expect(readings).toBeGreaterThanOrEqual(4);
  });

  it('goes on from nothing when the stored state is of another version of this app', async () => {
    const body = (await import('../../lib/store/document.ts')).pack({ shape: 'of another time' });
    const Item = { pk: partitionOf('upgraded'), sk: STATE_KEY, version: 7, body };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
    expect(await readState(table, 'upgraded')).toEqual({ state: null, version: 7, assessedAt: null });
    await commit(table, assessed('upgraded', 0), 7, now);
    expect((await readState(table, 'upgraded')).version).toBe(8);
  });
});

describe('an assessment of twenty targets with a past', () => {
  /** Of what may run out as many points are kept by then as there ever are. */
  const MINUTES = 90;
  const KIBIBYTE = 1024;

  it('reads at most 64 KiB beside the reports, and writes three items when nothing changed', async () => {
    const large = largeInstallation();
    const play = playedFor(large, (report) => report);
    const inputAt = (minute: number, previous: AssessState | null) => ({
      installation: large,
      reports: play(minute, at(60 * minute)),
      vended: vendedAt(large, minute, at(60 * minute)),
      previous,
      now: new Date(at(60 * minute + 9)),
      version: '0',
    });
    let last = assess(inputAt(0, null));
    for (let minute = 1; minute < MINUTES; minute++) last = assess(inputAt(minute, last.state));
    await commit(table, last, 0, now);
    for (const report of inputAt(MINUTES, null).reports) await putReport(table, report, now);

    const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(inject('cloud'))));
    const { read, written } = trafficOf(client);
    await runAssess(
      { installations: 'all' },
      {
        table: { client, name: table.name },
        config: parseConfig({ installations: [large] }),
        version: '0',
        vended: async () => vendedAt(large, MINUTES, at(60 * MINUTES)),
        publish: async () => {},
        now: () => new Date(at(60 * MINUTES + 9)),
      },
    );

    const isReport = ({ sk }: Carried) => sk.startsWith(REPORT_PREFIX);
    expect(read.filter(isReport).length).toBeGreaterThanOrEqual(20);
    const beside = read.filter((item) => !isReport(item));
    expect(beside.map((item) => item.sk)).toEqual([STATE_KEY]);
    const bytes = beside.reduce((sum, item) => sum + item.bytes, 0);
    expect(bytes).toBeGreaterThan(KIBIBYTE);
    expect(bytes).toBeLessThanOrEqual(64 * KIBIBYTE);
    expect(written.map((item) => item.sk)).toEqual([STATE_KEY, SNAPSHOT_KEY, historyKey(at(60 * MINUTES))]);
  });
});

describe('snapshots that are read again and again', () => {
  it('are the very same until another one is written', async () => {
    const read = openSnapshots(table);
    expect(await read('again', 'whole')).toBeNull();
    await commit(table, assessed('again', 0), 0, now);
    const first = await read('again', 'whole');
    expect(first && wholeOf(first)).toEqual(await readSnapshot(table, 'again'));
    expect(await read('again', 'whole')).toBe(first);
    await commit(table, assessed('again', 60), 1, now);
    expect((await read('again', 'whole'))?.brief.observed_at).toBe(at(60));
  });

  it('come without their details for whoever wants them so', async () => {
    const read = openSnapshots(table);
    const { snapshot } = assessed('brief', 0);
    await commit(table, assessed('brief', 0), 0, now);
    expect(await read('brief', 'brief')).toEqual({ brief: withoutDetails(snapshot), details: null });
    const whole = await read('brief', 'whole');
    expect(whole && wholeOf(whole)).toEqual(snapshot);
    expect(withoutDetails(snapshot)).not.toEqual(snapshot);
  });
});

describe('the history', () => {
  const put = async (name: string, minutes: readonly number[]) => {
    for (const minute of minutes) {
      const Item = historyItem(assessed(name, minute * 60).snapshot, now);
      await table.client.send(new PutCommand({ TableName: table.name, Item }));
    }
  };
  const minutesOf = (moments: readonly { readonly at: string }[]) =>
    moments.map((m) => (Date.parse(m.at) - Date.parse(at(0))) / 60_000);

  it('gives back what was kept from one time to another, oldest first', async () => {
    await put('history', [0, 1, 2, 3, 4]);
    const range = { from: new Date(at(60)), to: new Date(at(180)), stepMinutes: 1 };
    const moments = await readMoments(table, 'history', range);
    expect(minutesOf(moments)).toEqual([1, 2, 3]);
    expect(moments[0]).toEqual(momentOf(assessed('history', 60).snapshot));
    expect(await readMoments(table, 'nobody', range)).toEqual([]);
  });

  it('is thinned to the first moment of every step', async () => {
    await put('thinned', [0, 1, 3, 4, 5, 8]);
    const range = { from: new Date(at(0)), to: new Date(at(600)), stepMinutes: 4 };
    const minutes = minutesOf(await readMoments(table, 'thinned', range));
    // Steps are counted from midnight, and so begin where they always begin.
    const offset = (Date.parse(at(0)) / 60_000) % 4;
    const firstOf = Object.values(Object.groupBy([0, 1, 3, 4, 5, 8], (m) => Math.floor((m + offset) / 4)));
    expect(minutes).toEqual(firstOf.map((step) => step?.[0]));
  });
});
