import { html } from 'htm/preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Finding, findingKey } from '../model/finding.ts';
import { isWorse } from '../model/severity.ts';
import { Ago } from './ago.ts';
import { Command } from './command.ts';
import { count } from './format.ts';
import { isNamed, useLinkToKey } from './route.ts';
import { SeverityMark } from './status-mark.ts';

interface FindingProps {
  readonly finding: Finding;
  readonly open: boolean;
  /** What the page's address names: that finding is opened and brought into view. */
  readonly named: string | null;
  readonly now: Date;
}

const Evidence = ({ evidence }: Pick<Finding, 'evidence'>) => html`
  <ul class="evidence">
    ${evidence.map(
      ({ text, signal, value, threshold }) => html`
        <li title=${signal}>
          ${text}
          ${
            typeof value === 'number' &&
            threshold !== undefined &&
            html`<span class="quiet"> (${count(value)}, told from ${count(threshold)})</span>`
          }
        </li>
      `,
    )}
  </ul>
`;

/** One conclusion: what is seen, what it means, what it does to people, what helps. */
export function FindingCard({ finding, open, named, now }: FindingProps) {
  const place = useRef<HTMLDetailsElement>(null);
  const isWanted = isNamed(finding, named);
  const linkTo = useLinkToKey();
  useEffect(() => {
    if (!isWanted || place.current === null) return;
    place.current.open = true;
    place.current.scrollIntoView({ block: 'start' });
    place.current.querySelector('summary')?.focus();
  }, [isWanted]);
  return html`
    <details ref=${place} class=${`finding ${finding.severity}`} open=${open || isWanted}>
      <summary>
        <${SeverityMark} severity=${finding.severity} />
        <span class="title">${finding.title}</span>
        <span class="quiet"><code>${finding.target}</code> for <${Ago} at=${finding.since} now=${now} /></span>
      </summary>
      <${Evidence} evidence=${finding.evidence} />
      ${
        finding.caused_by !== undefined &&
        html`<p>Most likely follows from <a href=${linkTo(finding.caused_by)}>${finding.caused_by}</a>.</p>`
      }
      <h3>What it means</h3>
      <p>${finding.meaning}</p>
      <p>${finding.impact}</p>
      <h3>What helps</h3>
      <ol class="remedy">
        ${finding.remedy.map(
          ({ text, command }) => html`
            <li>${text}${command !== undefined && html`<${Command} command=${command} />`}</li>
          `,
        )}
      </ol>
      <p class="source quiet">
        <a href=${linkTo(findingKey(finding))}>Link to this finding</a>,${' '}
        <a href=${`runbooks/${encodeURIComponent(finding.id)}`}>its runbook</a>${
          finding.source.length > 0 && `. Source: ${finding.source.join('; ')}`
        }
      </p>
    </details>
  `;
}

const worstAndOldestFirst = (a: Finding, b: Finding): number => {
  if (a.severity !== b.severity) return isWorse(a.severity, b.severity) ? -1 : 1;
  return Date.parse(a.since) - Date.parse(b.since);
};

interface FindingsProps {
  /** What the list is called, and an id for that heading. */
  readonly title: string;
  readonly id: string;
  readonly findings: readonly Finding[];
  readonly named: string | null;
  readonly now: Date;
}

export function Findings({ title, id, findings, named, now }: FindingsProps) {
  if (findings.length === 0) return null;
  return html`
    <section aria-labelledby=${id}>
      <h2 id=${id}>${title}</h2>
      ${findings
        .toSorted(worstAndOldestFirst)
        .map(
          (f) =>
            html`<${FindingCard} key=${findingKey(f)} finding=${f} open=${false} named=${named} now=${now} />`,
        )}
    </section>
  `;
}
