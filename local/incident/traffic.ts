import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';

/** A docket takes the same task once only: so many pools that none is polled twice in an incident. */
const POOLS = 600;
/** What comes in a round. */
export interface Bustle {
  readonly polls: number;
  readonly events: number;
}
export const USUAL: Bustle = { polls: 30, events: 60 };
/** Little enough that a busy machine works off beside it what piled up. */
export const LITTLE: Bustle = { polls: 10, events: 20 };
/** A task run's parameters and results are what makes events large. */
const FILLER = 'x'.repeat(6000);
const AT_ONCE = 10;
const PATIENCE_MS = 10_000;

/** What a client tells of a task run that it runs itself: the recorder of task runs writes it to the database. */
function taskRunEvent() {
  const id = randomUUID();
  const now = new Date().toISOString();
  return {
    id: randomUUID(),
    occurred: now,
    event: 'prefect.task-run.Running',
    resource: {
      'prefect.resource.id': `prefect.task-run.${id}`,
      'prefect.resource.name': 'import-orders-0',
      'prefect.state-type': 'RUNNING',
      'prefect.state-name': 'Running',
      'prefect.orchestration': 'client',
    },
    payload: {
      validated_state: { type: 'RUNNING', name: 'Running' },
      task_run: { name: 'import-orders-0', task_key: 'import_orders', dynamic_key: id },
      parameters: FILLER,
    },
  };
}

/** Workers that poll their pools and flows that tell of their task runs, come what may. */
export class Traffic {
  readonly #apiUrl: string;
  readonly #signal: AbortSignal;
  readonly #limit = pLimit(AT_ONCE);
  #polled = 0;

  constructor(apiUrl: string, signal: AbortSignal) {
    this.#apiUrl = apiUrl;
    this.#signal = signal;
  }

  /** Makes the pools that will be polled. @throws Error when the API refuses one */
  async prepare(): Promise<void> {
    const names = Array.from({ length: POOLS }, (_, index) => this.#poolAt(index));
    const answers = await this.#limit.map(names, (name) =>
      this.#post('/work_pools/', { name, type: 'process' }),
    );
    if (answers.includes(false)) throw new Error('the API made not all of the work pools');
  }

  /** A poll makes the API put two tasks in its docket. Gives how many requests the API did not fulfil. */
  async round({ polls, events }: Bustle): Promise<number> {
    const first = this.#polled;
    this.#polled += polls;
    const pools = Array.from({ length: polls }, (_, index) => this.#poolAt(first + index));
    const [told, polled] = await Promise.all([
      this.#post('/events', Array.from({ length: events }, taskRunEvent)),
      this.#limit.map(pools, (name) => this.#post(`/work_pools/${name}/get_scheduled_flow_runs`, {})),
    ]);
    return [told, ...polled].filter((wasFulfilled) => !wasFulfilled).length;
  }

  #poolAt(index: number): string {
    return `pool-${index % POOLS}`;
  }

  /** Whether the API did it. It may be too busy: that is what an incident looks like from outside. */
  async #post(path: string, body: unknown): Promise<boolean> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    try {
      const answer = await fetch(`${this.#apiUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.any([this.#signal, patience]),
      });
      await answer.arrayBuffer();
      return answer.ok;
    } catch (error) {
      if (patience.aborted && !this.#signal.aborted) return false;
      throw error;
    }
  }
}
