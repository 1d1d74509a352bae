import { describe, expect, it } from 'vitest';
import type { Facts } from '../../lib/model/report.ts';
import { at, healthy, installation, Monitor } from './builders.ts';

const API = 'http://prefect.internal:4200';
const STARTED: Facts = { process_started_at: at(-86_400) };

/** The section of a server at {@link API} beside a service whose metrics are at an address. */
function serverBeside(metricsUrl: string, facts: Facts, seconds = 0) {
  const monitor = new Monitor(
    installation({ prefect: [{ apiUrl: `${API}/api` }], services: [{ name: 'server', metricsUrl }] }),
  );
  return monitor.look(
    seconds,
    healthy('prefect/server', {}, { at: 0 }),
    healthy('service/server', {}, { at: 0, facts }),
  ).snapshot.server;
}

describe('the section of the server', () => {
  it('says since when it runs where its own metrics are watched', () => {
    expect(serverBeside(`${API}/api/metrics`, STARTED)).toMatchObject({
      status: 'healthy',
      uptime_seconds: 86_400,
      started_at: at(-86_400),
    });
  });

  it.each([
    ['the metrics are those of another service', 'http://auth.internal:4300/metrics', STARTED],
    ['its metrics do not say it', `${API}/api/metrics`, {}],
    ['what they say is no time', `${API}/api/metrics`, { process_started_at: null }],
  ])('does not know it where %s', (_, metricsUrl, facts) => {
    expect(serverBeside(metricsUrl, facts)).toMatchObject({ uptime_seconds: null, started_at: null });
  });

  it('does not go on saying it when nothing more is heard of these', () => {
    expect(serverBeside(`${API}/api/metrics`, STARTED, 600)).toMatchObject({
      uptime_seconds: null,
      started_at: null,
    });
  });
});
