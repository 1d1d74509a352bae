import { html } from 'htm/preact';
import type { Finding } from '../model/finding.ts';
import { findingKey } from '../model/finding.ts';
import type { RootCause as Cause, Snapshot } from '../model/snapshot.ts';
import { FindingCard } from './findings.ts';
import { useLinkToKey } from './route.ts';

export function rootCauseOf({ root_cause, findings }: Snapshot): Finding | undefined {
  return findings.find((f) => f.id === root_cause?.finding && f.target === root_cause.target);
}

interface KeysProps {
  readonly words: string;
  readonly keys: readonly string[];
  readonly findings: readonly Finding[];
}

/** Findings by their keys, as links where they hold. */
function Keys({ words, keys, findings }: KeysProps) {
  const linkTo = useLinkToKey();
  if (keys.length === 0) return null;
  const shown = (key: string) => {
    const finding = findings.find((f) => findingKey(f) === key);
    return finding === undefined
      ? html`<code>${key}</code>`
      : html`<a href=${linkTo(key)}>${finding.title}</a> <span class="quiet">(${finding.target})</span>`;
  };
  return html`
    <p class="keys">${words}</p>
    <ul class="keys">${keys.map((key) => html`<li key=${key}>${shown(key)}</li>`)}</ul>
  `;
}

interface Props {
  readonly cause: Cause;
  readonly finding: Finding;
  readonly findings: readonly Finding[];
  readonly named: string | null;
  readonly now: Date;
}

/** What to look at first, what follows from it, and how sure that is. */
export const RootCause = ({ cause, finding, findings, named, now }: Props) => html`
  <h2>Root cause</h2>
  <${FindingCard} key=${findingKey(finding)} finding=${finding} open=${true} named=${named} now=${now} />
  <${Keys} words="This follows from it:" keys=${cause.consequences} findings=${findings} />
  <${Keys} words="As much speaks for:" keys=${cause.ties} findings=${findings} />
  <${Keys} words="May lie deeper, but could not be judged:" keys=${cause.unjudged} findings=${findings} />
`;
