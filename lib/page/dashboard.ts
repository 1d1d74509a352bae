import { html } from 'htm/preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { judgedAt } from '../model/staleness.ts';
import { openClient } from './client.ts';
import { hashOf, LinkedInstallation, useRoute } from './route.ts';
import { State } from './state.ts';
import { Trouble } from './trouble.ts';
import { useHistory } from './use-history.ts';
import { NOTHING_KNOWN, type Watch, type Watched, watch } from './watch.ts';

/** The present moment, moving every second. */
function useClock(): number {
  const [milliseconds, setMilliseconds] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setMilliseconds(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return milliseconds;
}

/** Watches an installation while the page is shown; a tab that comes back into view asks at once. */
function useWatched(token: string, wanted: string | null, onSignedOut: () => void) {
  const [watched, setWatched] = useState<Watched>(NOTHING_KNOWN);
  const running = useRef<Watch | null>(null);
  useEffect(() => {
    const started = watch(openClient(token), wanted, setWatched, onSignedOut);
    const shown = () => document.visibilityState === 'visible' && started.refresh();
    running.current = started;
    document.addEventListener('visibilitychange', shown);
    return () => {
      document.removeEventListener('visibilitychange', shown);
      started.stop();
    };
  }, [token, wanted]);
  return { watched, refresh: () => running.current?.refresh() };
}

interface PickerProps {
  readonly names: readonly string[];
  readonly chosen: string | null;
}

/** A choice goes into the address, so that the page may be reloaded and its link passed on. */
function choose(installation: string): void {
  location.hash = hashOf({ installation, finding: null });
}

const Picker = ({ names, chosen }: PickerProps) => html`
  <select
    aria-label="Installation"
    value=${chosen}
    onChange=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
  >
    ${names.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
  </select>
`;

interface Props {
  readonly token: string;
  readonly onSignedOut: (notice: string | null) => void;
}

export function Dashboard({ token, onSignedOut }: Props) {
  const { installation: wanted, finding } = useRoute();
  const clock = useClock();
  const { watched, refresh } = useWatched(token, wanted, () => onSignedOut('This token is not accepted.'));
  const now = useMemo(
    () => new Date(clock - watched.clockAheadMilliseconds),
    [clock, watched.clockAheadMilliseconds],
  );
  const { snapshot, trouble, installations } = watched;
  const linked = installations.length > 1 ? watched.installation : null;
  const course = useHistory(token, watched.installation, snapshot?.observed_at ?? null);
  return html`
    <header>
      <strong>Prefect Vitals</strong>
      ${installations.length > 1 && html`<${Picker} names=${installations} chosen=${watched.installation} />`}
      <button type="button" onClick=${() => onSignedOut(null)}>Sign out</button>
    </header>
    <main>
      ${trouble !== null && html`<${Trouble} trouble=${trouble} clock=${clock} onRetry=${refresh} />`}
      ${
        snapshot === null
          ? trouble === null && html`<p role="status">Asking for the present state…</p>`
          : html`<${LinkedInstallation.Provider} value=${linked}>
              <${State} snapshot=${judgedAt(snapshot, now)} course=${course} named=${finding} now=${now} />
            <//>`
      }
    </main>
  `;
}
