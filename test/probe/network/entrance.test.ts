import { describe, expect, it } from 'vitest';
import { dnsIn } from '../../../lib/catalogue/network/facts.ts';
import { freePort } from '../../../local/parts/loopback.ts';
import { type Answering, head, JSON_TYPE, serving, whole } from '../http/sockets.ts';
import { look } from './look.ts';

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const API = whole('200 OK', JSON_TYPE, 'true');
const UI = whole('200 OK', HTML, '<!doctype html><title>Prefect</title>');

/** Answers by path, and with 404 where none is given. */
const routes =
  (
    answers: Readonly<Record<string, Answering>>,
    otherwise = whole('404 Not Found', JSON_TYPE, '{}'),
  ): Answering =>
  (socket, request) => {
    const path = request.split(' ')[1] ?? '';
    (answers[path] ?? otherwise)(socket, request);
  };

describe('an entrance', () => {
  it('is read layer by layer', async () => {
    const { report, said } = await look({ url: await serving(API) });
    expect(report.errors).toEqual([]);
    expect(said('network.up')).toBe(1);
    expect(said('network.dns.resolves')).toBe(1);
    expect(said('network.dns.addresses')).toBe(1);
    for (const signal of ['network.dns.ms', 'network.connect_ms', 'network.answer_ms']) {
      expect(said(signal)).toBeGreaterThanOrEqual(0);
    }
    expect(report.facts).toMatchObject({
      entrance: { host: '127.0.0.1', serves: 'api' },
      dns: { addresses: ['127.0.0.1'], failure: null },
      answer: { path: '/api/health', status: 200, content: 'json', redirects_to: null },
    });
  });

  it.each([
    ['to the API under /api', 'api', '', { '/api/health': API }, 1],
    ['to the API at the root', 'api', '', { '/health': API }, 1],
    ['to the API, named with its /api', 'api', '/api', { '/api/health': API }, 1],
    ['to the UI', 'ui', '', { '/': UI }, 1],
    [
      'to the UI, by way of a sign-in',
      'ui',
      '',
      { '/': whole('302 Found', { location: 'https://sso.example.com' }, '') },
      1,
    ],
    ['to the UI where the API should be, as when the hosts are swapped', 'api', '', { '/api/health': UI }, 0],
    ['to the API where the UI should be, as when the hosts are swapped', 'ui', '', {}, 0],
    [
      'to a sign-in where the API should be',
      'api',
      '',
      { '/api/health': whole('302 Found', { location: '/login' }, '') },
      0,
    ],
    ['to some other API', 'api', '', {}, 0],
    [
      'to a guard who lets nobody by',
      'api',
      '',
      { '/api/health': whole('403 Forbidden', HTML, '<html>') },
      'permission',
    ],
  ] as const)('that leads %s is told by its answer', async (_, serves, path, answers, expected) => {
    const { said } = await look({ url: `${await serving(routes(answers))}${path}`, serves });
    expect(said('network.routed')).toBe(expected);
    expect(said('network.up')).toBe(1);
  });

  it('whose load balancer has nobody to ask is shut, and it is not known where it leads', async () => {
    const nobody = whole('503 Service Temporarily Unavailable', HTML, '<html><h1>503</h1></html>');
    const { said } = await look({ url: await serving(nobody) });
    expect(said('network.up')).toBe(0);
    expect(said('network.http_status')).toBe(503);
    expect(said('network.routed')).toBe('failed');
  });

  it('where nothing listens is shut', async () => {
    const { report, said } = await look({ url: `http://127.0.0.1:${await freePort()}` });
    expect(said('network.up')).toBe(0);
    expect(said('network.dns.resolves')).toBe(1);
    expect(said('network.connect_ms')).toBe('refused');
    expect(report.errors.map((e) => e.reason)).toEqual(['refused', 'refused']);
  });

  it('that takes connections and says nothing is shut, and its other layers are read', async () => {
    const silent = await serving((socket) => socket.write(head('200 OK', JSON_TYPE).slice(0, 20)));
    const { said } = await look({ url: silent });
    expect(said('network.up')).toBe(0);
    expect(said('network.http_status')).toBe('timeout');
    expect(said('network.dns.resolves')).toBe(1);
    expect(said('network.connect_ms')).toBeGreaterThanOrEqual(0);
  });

  it('whose name does not resolve is shut by that alone', async () => {
    const { report, said } = await look({ url: 'https://api.no-such-domain.invalid' });
    expect(said('network.up')).toBe(0);
    expect(said('network.dns.resolves')).toBe(0);
    for (const signal of ['network.dns.ms', 'network.connect_ms', 'network.tls.trusted', 'network.routed']) {
      expect(said(signal)).toBe('dns');
    }
    // Which of the two it is depends on whether this machine has a name server.
    expect(dnsIn(report.facts)?.failure).toMatch(/does not resolve|name server does not answer/);
  });
});
