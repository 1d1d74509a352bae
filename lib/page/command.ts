import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';

const TOLD_MILLISECONDS = 4000;

/** A command to be read, or taken along whole. Where the browser lends no clipboard, it says so. */
export function Command({ command }: { readonly command: string }) {
  const [told, setTold] = useState('');
  useEffect(() => {
    if (told === '') return;
    const timer = setTimeout(() => setTold(''), TOLD_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [told]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
      setTold('Copied');
    } catch {
      setTold('Not copied: select the text instead');
    }
  };
  return html`
    <div class="command">
      <pre tabindex="0"><code>${command}</code></pre>
      <button type="button" onClick=${copy} aria-label=${`Copy: ${command}`}>Copy</button>
      <span role="status" class="quiet">${told}</span>
    </div>
  `;
}
