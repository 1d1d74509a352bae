import { describe, expect, it } from 'vitest';
import type { History } from '../../lib/model/history.ts';
import type { Status } from '../../lib/model/status.ts';
import { sinceOf } from '../../lib/page/since.ts';
import { brokenSnapshot, OBSERVED_AT, secondsAfter, snapshotOf } from '../api/fixtures.ts';

const at = (minute: number) => secondsAfter(minute * 60).toISOString();
const historyOf = (statuses: readonly Status[]): History => ({
  installation: 'production',
  from: at(0),
  to: at(statuses.length),
  step_seconds: 60,
  times: statuses.map((_, i) => at(i)),
  statuses: [...statuses],
  series: [],
});

describe('since when it has been as it is', () => {
  it('is the end of what was otherwise', () => {
    expect(sinceOf(snapshotOf(), historyOf(['healthy', 'error', 'healthy', 'healthy']))).toEqual({
      at: at(2),
      isAtLeast: false,
    });
  });

  it('is at least as long ago as is remembered', () => {
    expect(sinceOf(snapshotOf(), historyOf(['healthy', 'healthy']))).toEqual({ at: at(0), isAtLeast: true });
  });

  it('is not known without a history, nor while it differs from the last of it', () => {
    expect(sinceOf(snapshotOf(), null)).toBeNull();
    expect(sinceOf(snapshotOf(), historyOf([]))).toBeNull();
    expect(sinceOf(snapshotOf(), historyOf(['healthy', 'error']))).toBeNull();
  });

  it('is when the root cause began, whatever the status was before', () => {
    const broken = brokenSnapshot();
    expect(sinceOf(broken, historyOf(['error', 'error']))).toEqual({
      at: broken.root_cause?.since,
      isAtLeast: false,
    });
  });

  it('is when the first of what follows from the root cause began, if that was seen earlier', () => {
    const broken = brokenSnapshot();
    const { root_cause: cause } = broken;
    const [finding] = broken.findings;
    if (cause === null || finding === undefined) throw new Error('the fixture has no root cause');
    const minutesBefore = (minutes: number) =>
      new Date(Date.parse(cause.since) - minutes * 60_000).toISOString();
    const earlier = {
      ...finding,
      id: 'docket-backlog-growing',
      target: 'redis/streams',
      since: minutesBefore(3),
    };
    const unrelated = { ...finding, id: 'read-replica', since: minutesBefore(9) };
    const findings = [...broken.findings, earlier, unrelated];
    const following = { ...cause, consequences: ['docket-backlog-growing@redis/streams'] };
    expect(sinceOf(snapshotOf({ root_cause: following, findings }), null)).toEqual({
      at: minutesBefore(3),
      isAtLeast: false,
    });
  });

  it('is the last word that was heard, when that is too old', () => {
    const { monitor } = snapshotOf();
    const stale = snapshotOf({ status: 'unknown', monitor: { ...monitor, stale: true } });
    expect(sinceOf(stale, historyOf(['healthy']))).toEqual({ at: OBSERVED_AT, isAtLeast: true });
  });
});
