import type { FindingDefinition } from '../catalogue/finding.ts';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Markup, so that a text is never put into another without being escaped. */
class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function html(parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  const shown = (value: (typeof values)[number]): string => {
    if (typeof value === 'string') return escaped(value);
    return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
  };
  return new Html(parts.map((part, i) => part + (i < values.length ? shown(values[i] ?? '') : '')).join(''));
}

const NOTHING: readonly Html[] = [];

const thresholdsOf = ({ thresholds = {} }: FindingDefinition): readonly Html[] =>
  Object.entries(thresholds).map(
    ([severity, t]) =>
      html`<li>${severity} from ${String(t.enter)}, until it is back at ${String(t.leave)}</li>`,
  );

/** A finding's runbook for a browser: no script, and the page's own style sheet one folder up. */
export function runbookPage(definition: FindingDefinition): string {
  const { id, title, meaning, impact, remedy, causes, source, needs } = definition;
  const thresholds = thresholdsOf(definition);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – Prefect Vitals</title>
<link rel="stylesheet" href="../style.css">
</head>
<body>
<main class="runbook">
<h1>${title}</h1>
<p class="quiet"><code>${id}</code></p>
<h2>What it means</h2>
<p>${meaning}</p>
<p>${impact}</p>
<h2>What helps</h2>
<ol class="remedy">${remedy.map(
    ({ text, command }) =>
      html`<li>${text}${command === undefined ? NOTHING : html`<pre tabindex="0"><code>${command}</code></pre>`}</li>`,
  )}</ol>
${causes.length === 0 ? NOTHING : html`<h2>What may lie behind it</h2><ul>${causes.map((cause) => html`<li><a href="${cause}">${cause}</a></li>`)}</ul>`}
<h2>How it is judged</h2>
<ul>${thresholds}${needs.map((signal) => html`<li>from <code>${signal}</code></li>`)}
<li>told after ${String(definition.pendingSeconds)} s, over after ${String(definition.recoverySeconds)} s</li></ul>
${source.length === 0 ? NOTHING : html`<p class="quiet">Source: ${source.join('; ')}</p>`}
</main>
</body>
</html>
`.text;
}
