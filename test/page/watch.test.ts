import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, type Client, SignedOutError } from '../../lib/page/client.ts';
import { REFRESH_MILLISECONDS, type Watched, watch } from '../../lib/page/watch.ts';
import { secondsAfter, snapshotOf } from '../api/fixtures.ts';

type Snapshot = Client['snapshot'];

let told: Watched[];
const signedOut = vi.fn();
const answer = async () => ({ snapshot: snapshotOf(), etag: '"1"', at: new Date() });
const clientOf = (snapshot: Snapshot): Client => ({
  installations: async () => ['production', 'staging'],
  snapshot,
  history: () => Promise.reject(new ApiError('nobody asks for history here')),
});
const start = (snapshot: Snapshot, wanted: string | null = null) =>
  watch(clientOf(snapshot), wanted, (watched) => told.push(watched), signedOut);
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  told = [];
  vi.useFakeTimers({ now: secondsAfter(30) });
});
afterEach(() => {
  vi.useRealTimers();
  signedOut.mockReset();
});

describe('watching an installation', () => {
  it('asks at once and then every fifteen seconds, with the ETag of the last answer', async () => {
    const snapshot = vi.fn<Snapshot>(answer);
    const watching = start(snapshot);
    await settle();
    await vi.advanceTimersByTimeAsync(2 * REFRESH_MILLISECONDS);
    watching.stop();

    expect(snapshot.mock.calls).toEqual([
      ['production', null],
      ['production', '"1"'],
      ['production', '"1"'],
    ]);
  });

  it('keeps the snapshot it has when there is no newer one', async () => {
    const snapshot = vi
      .fn<Snapshot>(answer)
      .mockImplementationOnce(answer)
      .mockResolvedValue({ snapshot: null, etag: '"1"', at: secondsAfter(0) });
    const watching = start(snapshot);
    await settle();
    await vi.advanceTimersByTimeAsync(REFRESH_MILLISECONDS);
    watching.stop();

    expect(told).toHaveLength(2);
    expect(told[1]?.snapshot).toEqual(snapshotOf());
  });

  it("tells how far this clock is from the server's", async () => {
    const watching = start(async () => ({ ...(await answer()), at: secondsAfter(-60) }));
    await settle();
    watching.stop();
    expect(told[0]?.clockAheadMilliseconds).toBe(90_000);
  });

  it('asks ever more seldom after failures, and in time again after a success', async () => {
    let failing = true;
    const snapshot = vi.fn<Snapshot>(async () => {
      if (failing) throw new ApiError('The API cannot be reached.');
      return answer();
    });
    const watching = start(snapshot);
    await settle();
    for (let failures = 0; failures < 5; failures += 1) await vi.advanceTimersToNextTimerAsync();
    const waits = told.map((t) => (t.trouble?.retryAt ?? 0) / 1000);
    expect(
      waits.map((at, i) =>
        Math.round(at - (i === 0 ? secondsAfter(30).getTime() / 1000 : (waits[i - 1] ?? 0))),
      ),
    ).toEqual([15, 30, 60, 120, 120, 120]);
    expect(told.at(-1)?.trouble?.message).toBe('The API cannot be reached.');

    failing = false;
    watching.refresh();
    await settle();
    expect(told.at(-1)?.trouble).toBeNull();
    const before = snapshot.mock.calls.length;
    await vi.advanceTimersByTimeAsync(REFRESH_MILLISECONDS);
    watching.stop();
    expect(snapshot.mock.calls.length).toBe(before + 1);
  });

  it('names the installations even when the first has no snapshot yet', async () => {
    const watching = start(() => Promise.reject(new ApiError('Nothing is known yet.')));
    await settle();
    watching.stop();
    expect(told[0]).toMatchObject({ installations: ['production', 'staging'], installation: 'production' });
  });

  it('ends when the token is no longer accepted', async () => {
    const snapshot = vi.fn<Snapshot>(() => Promise.reject(new SignedOutError('no')));
    start(snapshot);
    await settle();
    await vi.advanceTimersByTimeAsync(10 * REFRESH_MILLISECONDS);
    expect(signedOut).toHaveBeenCalledTimes(1);
    expect(snapshot).toHaveBeenCalledTimes(1);
    expect(told).toEqual([]);
  });

  it('says nothing more once stopped, even when an answer is still on its way', async () => {
    let arrive: (value: Awaited<ReturnType<Snapshot>>) => void = () => {};
    const watching = start(
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );
    await settle();
    watching.stop();
    arrive(await answer());
    await vi.advanceTimersByTimeAsync(10 * REFRESH_MILLISECONDS);
    expect(told).toEqual([]);
  });

  it('asks once when it is told to refresh while it asks', async () => {
    const snapshot = vi.fn<Snapshot>(answer);
    const watching = start(snapshot, 'staging');
    watching.refresh();
    watching.refresh();
    await settle();
    watching.stop();
    expect(snapshot.mock.calls).toEqual([['staging', null]]);
  });
});
