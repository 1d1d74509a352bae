import { describe, expect, it } from 'vitest';
import type { Fact } from '../../lib/model/report.ts';
import type { Snapshot } from '../../lib/model/snapshot.ts';
import { findingKeys, healthy, installation, Monitor, type Values } from './builders.ts';

const API = { name: 'api', url: 'https://api.example.com', serves: 'api' } as const;
const UI = { name: 'app', url: 'https://app.example.com', serves: 'ui' } as const;
const watched = () => new Monitor(installation({ postgres: [], redis: [], entrances: [API, UI] }));

const factsOf = ({ url, serves }: typeof API | typeof UI, more: Readonly<Record<string, Fact>> = {}) => ({
  entrance: { url, host: new URL(url).host, port: 443, serves },
  ...more,
});

const certificate = (faults: readonly string[], names: readonly string[] = ['api.example.com']) => ({
  certificate: {
    faults,
    trusted_by: 'public',
    names,
    issuer: 'CN=Some Authority',
    valid_to: '2026-11-30T00:00:00.000Z',
    protocol: 'TLSv1.3',
  },
});

const lookAtApi = (but: Values, more: Readonly<Record<string, Fact>> = {}): Snapshot =>
  watched().look(0, healthy('network/api', but, { facts: factsOf(API, more) })).snapshot;

const named = (snapshot: Snapshot, id: string) => snapshot.findings.find((f) => f.id === id);

const SHUT_BY_DNS: Values = {
  'network.up': 0,
  'network.http_status': 'dns',
  'network.routed': 'dns',
  'network.dns.resolves': 0,
  'network.dns.ms': 'dns',
  'network.dns.addresses': 'dns',
  'network.connect_ms': 'dns',
  'network.tls.trusted': 'dns',
  'network.tls.expires_in_days': 'dns',
};
const SHUT_BY_TLS: Values = {
  'network.up': 0,
  'network.http_status': 'tls',
  'network.routed': 'tls',
  'network.tls.trusted': 0,
};

describe('an entrance that is shut', () => {
  it.each([
    ['its name does not resolve', SHUT_BY_DNS, 'dns-failing'],
    ['nobody trusts its certificate', SHUT_BY_TLS, 'tls-untrusted'],
    ['it leads to the wrong place', { 'network.routed': 0 }, 'host-routing-wrong'],
    [
      'nothing listens',
      { 'network.up': 0, 'network.http_status': 'refused', 'network.routed': 'refused' },
      'entrance-down',
    ],
    [
      'it has nobody to ask',
      { 'network.up': 0, 'network.http_status': 503, 'network.routed': 'failed' },
      'entrance-down',
    ],
    [
      'it never answers',
      { 'network.up': 0, 'network.http_status': 'timeout', 'network.routed': 'timeout' },
      'entrance-down',
    ],
  ] as const)('because %s is told once, by its one cause', (_, but, id) => {
    const snapshot = lookAtApi(but);
    expect(
      snapshot.findings.filter((f) => f.target === 'network/api').map((f) => [f.id, f.severity]),
    ).toEqual([[id, 'critical']]);
    expect(snapshot.network).toMatchObject({
      status: 'error',
      entrances: [{ name: 'api', status: 'error' }, {}],
    });
  });

  it('says whether the name is unknown or the name server silent, and how to ask for it', () => {
    const dns = { dns: { addresses: [], failure: 'the name server does not answer' } };
    const found = named(lookAtApi(SHUT_BY_DNS, dns), 'dns-failing');
    expect(found?.evidence[0]?.text).toBe('api.example.com: the name server does not answer');
    expect(found?.remedy[0]?.command).toBe('dig +short api.example.com');
  });

  it('says what the load balancer answers', () => {
    const found = named(lookAtApi({ 'network.up': 0, 'network.http_status': 503 }), 'entrance-down');
    expect(found?.evidence[0]?.text).toBe('api.example.com: it answers 503');
  });

  it('explains an API that does not answer by its name', () => {
    const monitor = watched();
    const { snapshot } = monitor.look(
      0,
      healthy('network/api', SHUT_BY_DNS, { facts: factsOf(API) }),
      healthy('prefect/server', { 'prefect.up': 0 }),
    );
    expect(named(snapshot, 'prefect-api-down')?.caused_by).toBe('dns-failing@network/api');
    expect(snapshot.root_cause?.finding).toBe('dns-failing');
  });

  it('follows from the API when that does not answer either', () => {
    const { snapshot } = watched().look(
      0,
      healthy('network/api', { 'network.up': 0, 'network.http_status': 503 }, { facts: factsOf(API) }),
      healthy('prefect/server', { 'prefect.up': 0 }),
    );
    expect(named(snapshot, 'entrance-down')?.caused_by).toBe('prefect-api-down@prefect/server');
  });
});

describe('a certificate', () => {
  it.each([
    [['expired'], /expired at 2026-11-30/, /Renew/],
    [['not-yet-valid'], /not valid yet/, /clock/],
    [['wrong-name'], /is for app\.internal, not for api\.example\.com/, /listener for this host/],
    [['self-signed'], /signed itself/, /public authority/],
    [['untrusted-root'], /not trusted: CN=Some Authority/, /public authority/],
    [['incomplete-chain'], /does not send who signed/, /intermediate/],
    [['issuer-expired'], /in the chain/, /intermediate/],
    [['not-trusted'], /not trusted/, /public authority/],
    [['no-handshake'], /does not shake hands/, /TLS 1\.2/],
  ])('that is %s says so, and what to do about that', (faults, evidence, remedy) => {
    const found = named(lookAtApi(SHUT_BY_TLS, certificate(faults, ['app.internal'])), 'tls-untrusted');
    expect(found?.evidence.map((e) => e.text).join()).toMatch(evidence);
    expect(found?.remedy[0]?.command).toContain('openssl s_client -connect api.example.com:443');
    expect(
      found?.remedy
        .slice(1)
        .map((r) => r.text)
        .join(),
    ).toMatch(remedy);
  });

  it('tells each of its faults, and no remedy twice', () => {
    const found = named(lookAtApi(SHUT_BY_TLS, certificate(['self-signed', 'expired'])), 'tls-untrusted');
    expect(found?.evidence).toHaveLength(2);
    const texts = found?.remedy.map((r) => r.text) ?? [];
    expect(texts).toEqual([...new Set(texts)]);
  });

  it('that belongs to another entrance is told to be swapped with it', () => {
    const monitor = watched();
    monitor.look(0, healthy('network/app', {}, { facts: factsOf(UI) }));
    const facts = factsOf(API, certificate(['wrong-name'], ['app.example.com']));
    const { snapshot } = monitor.look(1, healthy('network/api', SHUT_BY_TLS, { facts, at: 1 }));
    expect(named(snapshot, 'tls-untrusted')?.evidence.at(-1)?.text).toContain('certificate of network/app');
  });

  it.each([
    [15, undefined],
    [14.1, undefined],
    [14, 'warning'],
    [7.1, 'warning'],
    [7, 'critical'],
    [0.1, 'critical'],
    [-1, undefined],
  ])('with %d days left is judged %s', (days, severity) => {
    const found = named(lookAtApi({ 'network.tls.expires_in_days': days }, certificate([])), 'tls-expiring');
    expect(found?.severity).toBe(severity);
  });
});

describe('hosts that are swapped', () => {
  const answered = (content: string) => ({
    answer: { path: '/api/health', status: 200, content, redirects_to: null },
  });

  it('are both told, each with what it answers and with the other', () => {
    const assessment = watched().look(
      0,
      healthy('network/api', { 'network.routed': 0 }, { facts: factsOf(API, answered('html')) }),
      healthy('network/app', { 'network.routed': 0 }, { facts: factsOf(UI, answered('json')) }),
    );
    expect(findingKeys(assessment).filter((key) => key.startsWith('host-routing-wrong'))).toEqual([
      'host-routing-wrong@network/api',
      'host-routing-wrong@network/app',
    ]);
    const [api] = assessment.snapshot.findings.filter((f) => f.target === 'network/api');
    expect(api?.evidence.map((e) => e.text)).toEqual([
      "api.example.com should answer with the API's health as JSON: GET /api/health answers 200 with a page of HTML",
      'network/app leads to the wrong place as well: the two may be swapped',
    ]);
    expect(api?.remedy[0]?.command).toBe('curl -sSi https://api.example.com/api/health');
  });
});

describe('the network in the snapshot', () => {
  it('is what was seen of each entrance, and as well as the worst of them', () => {
    const monitor = watched();
    const { snapshot } = monitor.look(
      0,
      healthy('network/api'),
      healthy('network/app', { 'network.routed': 0 }),
    );
    expect(snapshot.network).toEqual({
      status: 'error',
      entrances: [
        {
          name: 'api',
          target: 'network/api',
          serves: 'api',
          status: 'healthy',
          dns_latency_ms: 2,
          dns_addresses: 3,
          connect_ms: 4,
          latency_ms: 21,
          http_status: 200,
          leads_where_it_should: true,
          certificate_trusted: true,
          certificate_expires_in_days: 60,
        },
        expect.objectContaining({ name: 'app', serves: 'ui', status: 'error', leads_where_it_should: false }),
      ],
    });
  });

  it('is unknown, with the reason, for an entrance nobody has looked at yet', () => {
    const { snapshot } = watched().look(0);
    expect(snapshot.network.status).toBe('unknown');
    expect(snapshot.network.entrances[0]).toMatchObject({
      status: 'unknown',
      unknown: { reason: 'not-collected' },
    });
  });
});
