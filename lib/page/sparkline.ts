import { html } from 'htm/preact';
import { duration } from './format.ts';

const WIDTH = 120;
const HEIGHT = 24;
const MARGIN = 2;

interface Props {
  readonly name: string;
  readonly times: readonly string[];
  readonly values: readonly (number | null)[];
  readonly shown: (value: number) => string;
}

/** One path of lines, interrupted where a value was not known; null when there is too little to draw. */
export function pathOf(times: readonly string[], values: readonly (number | null)[]): string | null {
  const known = values.filter((v) => v !== null);
  const [start, end] = [Date.parse(times[0] ?? ''), Date.parse(times.at(-1) ?? '')];
  if (known.length < 2 || !(end > start)) return null;
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const x = (time: string) => ((Date.parse(time) - start) / (end - start)) * WIDTH;
  const y = (value: number) =>
    span === 0 ? HEIGHT / 2 : HEIGHT - MARGIN - ((value - low) / span) * (HEIGHT - 2 * MARGIN);
  let isDrawing = false;
  return times
    .flatMap((time, i) => {
      const value = values[i] ?? null;
      const verb = isDrawing ? 'L' : 'M';
      isDrawing = value !== null;
      return value === null ? [] : [`${verb}${x(time).toFixed(1)} ${y(value).toFixed(1)}`];
    })
    .join('');
}

const spanOf = (times: readonly string[]): string =>
  duration((Date.parse(times.at(-1) ?? '') - Date.parse(times[0] ?? '')) / 1000);

/** How a value went, as a line without axes; its bounds and its end are told in words as well. */
export function Sparkline({ name, times, values, shown }: Props) {
  const path = pathOf(times, values);
  if (path === null) return null;
  const known = values.filter((v) => v !== null);
  const bounds = `${shown(Math.min(...known))} to ${shown(Math.max(...known))}`;
  const words = `${name}, last ${spanOf(times)}: ${bounds}, lately ${shown(known.at(-1) ?? 0)}`;
  return html`
    <figure class="spark" title=${words}>
      <figcaption>${name} <span>${bounds}</span></figcaption>
      <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${words}>
        <path d=${path} />
      </svg>
    </figure>
  `;
}
