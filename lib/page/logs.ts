import { html } from 'htm/preact';
import type { Snapshot } from '../model/snapshot.ts';
import { Ago } from './ago.ts';
import { count } from './format.ts';

interface Props {
  readonly logs: Snapshot['logs'];
  readonly now: Date;
}

/** The known texts that the logs held lately, each with what it means and one line of it. */
export function Logs({ logs, now }: Props) {
  if (logs.signatures.length === 0) return null;
  return html`
    <section aria-labelledby="logs">
      <h2 id="logs">In the logs</h2>
      <ul class="rows">
        ${logs.signatures.map(
          (s) => html`
            <li key=${s.signature}>
              <span class="title">${s.meaning}</span>
              <span class="quiet">
                ${count(s.count)} times${s.last !== null && html`, last <${Ago} at=${s.last} now=${now} /> ago`},
                in ${s.pods.map(({ pod }) => pod).join(', ')}
              </span>
              <code class="sample">${s.sample}</code>
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}
