import { describe, expect, it } from 'vitest';
import { messageOf } from '../../lib/publish/message.ts';
import { change, HOSTILE, PAGE, spoken } from './alerts.ts';

const told = (of: Parameters<typeof messageOf>[0], chatbot = false) =>
  messageOf(of, { pageUrl: PAGE, chatbot });

describe('the message of an incident', () => {
  it('says in its subject what happened where', () => {
    const title = change('opened').incident.finding.title;
    expect(told(change('opened')).subject).toBe(`PROBLEM production: ${title} (redis/streams)`);
    expect(told(change('recovered')).subject).toMatch(/^RECOVERED production: /);
  });

  it('keeps its subject within what SNS takes', () => {
    for (const hostile of [...HOSTILE, 'Störung\n', 'x'.repeat(1000)]) {
      expect(told(spoken(hostile)).subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    }
  });

  it('carries what subscribers filter by', () => {
    expect(told(change('escalated')).attributes).toEqual({
      installation: 'production',
      severity: 'critical',
      component: 'redis',
      finding: 'redis-memory-high',
      kind: 'escalated',
      incident: change('escalated').incident.id,
    });
  });

  it('gives mail a text, programs JSON, and whatever else a sentence', () => {
    const { bodies } = told(change('opened'));
    expect(Object.keys(bodies).sort()).toEqual(
      ['default', 'email', 'email-json', 'firehose', 'http', 'https', 'lambda', 'sqs'].sort(),
    );
    expect(bodies.default).toMatch(/^PROBLEM production: .* https:\/\/vitals\.example\.com\/#\/findings\//);
    expect(bodies.email).toMatch(/^PROBLEM in production: /);
    expect(bodies.https).toBe(bodies.sqs);
  });

  it('tells programs everything in fields', async () => {
    const json = JSON.stringify(JSON.parse(told(change('escalated')).bodies.sqs ?? ''), null, 2);
    await expect(`${json}\n`).toMatchFileSnapshot('golden/machine-escalated.json.txt');
  });

  it('gives https the form of Amazon Q Developer where that is subscribed, and the others theirs', () => {
    const { bodies } = told(change('opened'), true);
    expect(JSON.parse(bodies.https ?? '')).toMatchObject({ version: '1.0', source: 'custom' });
    expect(JSON.parse(bodies.sqs ?? '')).toMatchObject({ source: 'prefect-vitals' });
  });

  it('tells what follows but is not confirmed yet, or is over already, to be so', () => {
    const { incident, ...rest } = change('escalated');
    const phases = ['pending', 'open', 'recovering', 'closed'] as const;
    const { bodies } = told({
      ...rest,
      incident: {
        ...incident,
        consequences: phases.map((phase) => ({
          finding: `${phase}@redis/main`,
          title: 'It follows',
          severity: 'warning',
          phase,
          since: incident.first_observed_at,
        })),
      },
    });
    const email = bodies.email?.replaceAll(/\s+/g, ' ');
    for (const effect of [
      '(pending@redis/main, warning, not confirmed yet)',
      '(open@redis/main, warning)',
      '(recovering@redis/main, warning)',
      '(closed@redis/main, warning, over)',
    ])
      expect(email).toContain(effect);
    expect(JSON.parse(bodies.sqs ?? '').consequences).toMatchObject([
      { confirmed: false, over: false },
      { confirmed: true, over: false },
      { confirmed: true, over: false },
      { confirmed: true, over: true },
    ]);
  });

  it.each([true, false])('fits what SNS takes, whatever the texts are made of (chatbot %s)', (chatbot) => {
    for (const hostile of [
      '"'.repeat(1024 * 1024),
      '\\'.repeat(5000),
      '漢'.repeat(5000),
      '&<`'.repeat(5000),
    ]) {
      const { bodies, attributes, subject } = told(spoken(hostile, 50), chatbot);
      const size = Buffer.byteLength(JSON.stringify(bodies) + JSON.stringify(attributes) + subject);
      expect(size).toBeLessThanOrEqual(256 * 1024);
      for (const body of [bodies.sqs, bodies.https]) expect(() => JSON.parse(body ?? '')).not.toThrow();
      for (const text of Object.values(attributes)) expect(text).not.toBe('');
    }
  });
});
