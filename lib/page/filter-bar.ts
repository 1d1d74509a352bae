import { html } from 'htm/preact';
import type { Filter } from './filter.ts';

interface Props {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

export const FilterBar = ({ filter, onChange }: Props) => html`
  <search class="filter">
    <label>
      Show
      <input
        type="search"
        placeholder="a name, such as redis"
        value=${filter.text}
        onInput=${(event: InputEvent) => onChange({ ...filter, text: (event.target as HTMLInputElement).value })}
      />
    </label>
    <label>
      <input
        type="checkbox"
        checked=${filter.isTroubleOnly}
        onChange=${(event: Event) => onChange({ ...filter, isTroubleOnly: (event.target as HTMLInputElement).checked })}
      />
      Only what is not healthy
    </label>
  </search>
`;
