import { html } from 'htm/preact';
import { type Finding, findingKey } from '../model/finding.ts';
import { isWorse } from '../model/severity.ts';
import { Ago } from './ago.ts';
import { SeverityMark } from './status-mark.ts';

interface FindingProps {
  readonly finding: Finding;
  readonly open: boolean;
  readonly now: Date;
}

/** One conclusion: what is seen, what it means, what it does to people, what helps. */
export function FindingCard({ finding, open, now }: FindingProps) {
  return html`
    <details class=${`finding ${finding.severity}`} open=${open}>
      <summary>
        <${SeverityMark} severity=${finding.severity} />
        <span class="title">${finding.title}</span>
        <span class="quiet"><code>${finding.target}</code> for <${Ago} at=${finding.since} now=${now} /></span>
      </summary>
      <ul class="evidence">
        ${finding.evidence.map(({ text }) => html`<li>${text}</li>`)}
      </ul>
      ${finding.caused_by !== undefined && html`<p>Most likely follows from <code>${finding.caused_by}</code>.</p>`}
      <h3>What it means</h3>
      <p>${finding.meaning}</p>
      <p>${finding.impact}</p>
      <h3>What helps</h3>
      <ol class="remedy">
        ${finding.remedy.map(
          ({ text, command }) => html`
            <li>${text}${command !== undefined && html`<pre tabindex="0"><code>${command}</code></pre>`}</li>
          `,
        )}
      </ol>
      ${finding.source.length > 0 && html`<p class="source quiet">Source: ${finding.source.join('; ')}</p>`}
    </details>
  `;
}

const worstAndOldestFirst = (a: Finding, b: Finding): number => {
  if (a.severity !== b.severity) return isWorse(a.severity, b.severity) ? -1 : 1;
  return Date.parse(a.since) - Date.parse(b.since);
};

interface FindingsProps {
  readonly findings: readonly Finding[];
  readonly now: Date;
}

export function Findings({ findings, now }: FindingsProps) {
  if (findings.length === 0) return null;
  return html`
    <section aria-labelledby="findings">
      <h2 id="findings">Findings</h2>
      ${findings
        .toSorted(worstAndOldestFirst)
        .map((f) => html`<${FindingCard} key=${findingKey(f)} finding=${f} open=${false} now=${now} />`)}
    </section>
  `;
}
