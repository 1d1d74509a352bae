import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { brokenSnapshot, secondsAfter, snapshotOf } from './fixtures.ts';
import { apiOf } from './gateway.ts';

const healthOf = async (snapshots: Readonly<Record<string, Snapshot | null>>, now = secondsAfter(30)) => {
  const ask = apiOf({
    installations: Object.keys(snapshots),
    readSnapshot: async (name) => snapshots[name] ?? null,
    now: () => now,
  });
  const { statusCode, body } = await ask('/health');
  return { statusCode, body };
};

describe('GET /health', () => {
  it('answers anyone with the status and nothing else', async () => {
    expect(await healthOf({ production: snapshotOf() })).toEqual({
      statusCode: 200,
      body: '{"status":"healthy"}',
    });
  });

  it.each(['warning', 'degraded', 'unknown'] as const)(
    'keeps traffic coming when it is %s',
    async (status) => {
      expect(await healthOf({ production: snapshotOf({ status }) })).toEqual({
        statusCode: 200,
        body: JSON.stringify({ status }),
      });
    },
  );

  it('answers 503 when one of several installations is in error', async () => {
    expect(await healthOf({ production: snapshotOf(), staging: brokenSnapshot() })).toEqual({
      statusCode: 503,
      body: '{"status":"error"}',
    });
  });

  it('answers 503 when the snapshot is older than two minutes, however healthy it was', async () => {
    expect(await healthOf({ production: snapshotOf() }, secondsAfter(121))).toEqual({
      statusCode: 503,
      body: '{"status":"unknown"}',
    });
  });

  it('answers 503 for an installation that was never assessed', async () => {
    expect(await healthOf({ production: snapshotOf({ status: 'warning' }), staging: null })).toEqual({
      statusCode: 503,
      body: '{"status":"unknown"}',
    });
  });
});
