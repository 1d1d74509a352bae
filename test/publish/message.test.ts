import { describe, expect, it } from 'vitest';
import type { IncidentChange } from '../../lib/model/incident.ts';
import { messageOf } from '../../lib/publish/message.ts';

const opened: IncidentChange = {
  kind: 'opened',
  number: 1,
  at: '2026-11-21T02:01:00.000Z',
  incident: {
    id: 'redis-down@redis/streams@2026-11-21T02:00:00.000Z',
    installation: 'production',
    consequences: [
      {
        finding: 'docket-no-live-worker@redis/streams',
        title: 'No worker of docket is alive',
        severity: 'critical',
        phase: 'open',
        since: '2026-11-21T02:01:00.000Z',
      },
    ],
    phase: 'open',
    severity: 'critical',
    peak: 'critical',
    told: 'critical',
    told_at: '2026-11-21T02:01:00.000Z',
    changes: 1,
    first_observed_at: '2026-11-21T02:00:00.000Z',
    opened_at: '2026-11-21T02:01:00.000Z',
    escalated_at: null,
    recovering_since: null,
    closed_at: null,
    finding: {
      id: 'redis-down',
      target: 'redis/streams',
      component: 'redis',
      severity: 'critical',
      status: 'error',
      since: '2026-11-21T02:00:00.000Z',
      observed_at: '2026-11-21T02:01:00.000Z',
      title: 'Redis does not answer',
      evidence: [{ text: 'redis/streams does not answer', signal: 'redis.up', value: 0 }],
      meaning: 'No connection could be opened.',
      impact: 'Services that queue through Redis stall.',
      remedy: [{ text: 'See whether it answers.', command: 'redis-cli PING' }],
      source: [],
    },
  },
};
const page = 'https://vitals.example.com/';

describe('the message of an incident', () => {
  it('says in its subject what happened where', () => {
    expect(messageOf(opened, page).subject).toBe('PROBLEM production: Redis does not answer (redis/streams)');
  });

  it('says since when, on what evidence, what it means and what to do, and where to look', () => {
    const { text } = messageOf(opened, page);
    for (const part of [
      'Since 2026-11-21T02:00:00.000Z',
      '- redis/streams does not answer',
      'No connection could be opened.',
      'Services that queue through Redis stall.',
      '    redis-cli PING',
      page,
    ]) {
      expect(text).toContain(part);
    }
  });

  it('carries what subscribers filter by', () => {
    expect(messageOf(opened, page).attributes).toEqual({
      installation: 'production',
      severity: 'critical',
      component: 'redis',
      finding: 'redis-down',
      kind: 'opened',
      incident: opened.incident.id,
    });
  });

  it('of a recovery says how long it lasted and how bad it was', () => {
    const incident = { ...opened.incident, phase: 'closed', closed_at: '2026-11-21T02:13:00.000Z' } as const;
    const message = messageOf({ ...opened, kind: 'recovered', number: 2, incident }, page);
    expect(message.subject).toBe('RECOVERED production: Redis does not answer (redis/streams)');
    expect(message.text).toContain('It lasted 12 minutes; at its worst it was critical.');
  });

  it('keeps its subject within what SNS takes', () => {
    const finding = { ...opened.incident.finding, title: `Störung\n${'x'.repeat(200)}` };
    const { subject } = messageOf({ ...opened, incident: { ...opened.incident, finding } }, page);
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });
});
