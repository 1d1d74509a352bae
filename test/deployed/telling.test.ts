import type { DynamoDBStreamEvent } from 'aws-lambda';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { assess } from '../../lib/assess/assess.ts';
import type { IncidentChange } from '../../lib/model/incident.ts';
import type { Channel } from '../../lib/publish/channel.ts';
import { changesIn, runNotify } from '../../lib/run/notify.ts';
import { markDelivered } from '../../lib/store/deliveries.ts';
import { incidentItem } from '../../lib/store/incidents.ts';
import type { Table } from '../../lib/store/table.ts';
import { at } from '../assess/builders.ts';
import { createTable, named, reportOf } from './store-table.ts';

const now = new Date(at(0));
let table: Table;

beforeAll(async () => {
  table = await createTable(inject('cloud'), 'telling');
});

describe('telling', () => {
  const changeOf = (number: number): IncidentChange => {
    let state = null;
    for (const [seconds, up] of [
      [0, 1],
      [60, 0],
      [120, 0],
    ] as const) {
      const input = {
        installation: named('telling'),
        reports: [reportOf('telling', seconds, up)],
        vended: null,
        previous: state,
      };
      const result = assess({ ...input, now: new Date(at(seconds)), version: '0' });
      state = result.state;
      const [change] = result.changes;
      if (change !== undefined) return { ...change, number };
    }
    throw new Error('no incident opened');
  };
  const record = (change: IncidentChange): DynamoDBStreamEvent => ({
    Records: [{ dynamodb: { NewImage: { change: { S: String(incidentItem(change, now).change) } } } }],
  });

  const telling = (name: string, send: Channel['send']): Channel => ({ name, patienceSeconds: null, send });

  it('reads a change from the stream as it was written to the table', () => {
    expect(changesIn(record(changeOf(1)))).toEqual([changeOf(1)]);
  });

  it('is done once, however often the stream repeats itself', async () => {
    const sent: number[] = [];
    const deps = {
      table,
      channels: [telling('once', async (c) => void sent.push(c.number))],
      now: () => now,
    };
    await runNotify(record(changeOf(1)), deps);
    await runNotify(record(changeOf(1)), deps);
    await runNotify(record(changeOf(2)), deps);
    expect(sent).toEqual([1, 2]);
  });

  it('is tried again when it failed: nothing is lost', async () => {
    const sent: number[] = [];
    let isBroken = true;
    const channel = telling('again', async (c) => {
      if (isBroken) throw new Error('SNS is away');
      sent.push(c.number);
    });
    const deps = { table, channels: [channel], now: () => now };
    await expect(runNotify(record(changeOf(3)), deps)).rejects.toThrow('SNS is away');
    isBroken = false;
    await runNotify(record(changeOf(3)), deps);
    expect(sent).toEqual([3]);
  });

  it('passes over what comes after a later word of the same incident, and never moves its mark back', async () => {
    const sent: number[] = [];
    const channel = telling('later', async (c) => void sent.push(c.number));
    const deps = { table, channels: [channel], now: () => now };
    await runNotify(record(changeOf(5)), deps);
    await runNotify(record(changeOf(4)), deps);
    await markDelivered(table, changeOf(4), 'later', now);
    await runNotify(record(changeOf(5)), deps);
    expect(sent).toEqual([5]);
  });
});
