import type { ChangeKind, IncidentChange } from '../../lib/model/incident.ts';
import { exampleAlert } from '../../local/example-alert.ts';

export const PAGE = 'https://vitals.example.com/';

export const change = (kind: ChangeKind): IncidentChange => exampleAlert('production', kind);

/** Everything that can be said, said with a text from somebody who means harm. */
export function spoken(hostile: string, items = 3): IncidentChange {
  const { incident, ...rest } = change('opened');
  const many = <T>(thing: T): T[] => Array.from({ length: items }, () => thing);
  return {
    ...rest,
    doubts: { ties: many(hostile), unjudged: many(hostile) },
    incident: {
      ...incident,
      id: hostile,
      consequences: many({
        finding: hostile,
        title: hostile,
        severity: 'warning',
        phase: 'open',
        since: incident.first_observed_at,
      }),
      finding: {
        ...incident.finding,
        id: hostile,
        target: hostile,
        component: hostile,
        title: hostile,
        meaning: hostile,
        impact: hostile,
        evidence: many({ text: hostile, signal: hostile, value: 1 / 3, threshold: 0.25 }),
        remedy: many({ text: hostile, command: hostile }),
      },
    },
  };
}

/** What might get through: mentions, links, mark-up, markup, controls, direction marks, halves of characters. */
export const HOSTILE = [
  '<!channel> @channel @here <@U012AB3CD> <https://evil.example|click>',
  'https://evil.example/a?b=c www.evil.example mailto:a@evil.example',
  '*bold* _it_ ~gone~ `code` ``` fence ``` > quote',
  '<script>alert(1)</script><img src=x onerror=alert(1)> &lt;b&gt;',
  'line\r\nBcc: victim@example.com\u0000\u0007\u001b[31mred\u009b',
  '\u202egnp.exe\u2066 \u200bzero\ufeff \ud83d half',
  '"}],"text":"<!here>"}\\',
];
