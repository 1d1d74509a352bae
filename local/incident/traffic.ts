import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';

/** A docket takes the same task once only: so many pools that none is polled twice in an incident. */
const POOLS = 600;
export const POLLS_A_ROUND = 40;
export const EVENTS_A_ROUND = 60;
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

/** Workers that poll their pools and flows that tell of their task runs: the same every round, come what may. */
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
  async round(): Promise<number> {
    const first = this.#polled;
    this.#polled += POLLS_A_ROUND;
    const polled = Array.from({ length: POLLS_A_ROUND }, (_, index) => this.#poolAt(first + index));
    const [events, polls] = await Promise.all([
      this.#post('/events', Array.from({ length: EVENTS_A_ROUND }, taskRunEvent)),
      this.#limit.map(polled, (name) => this.#post(`/work_pools/${name}/get_scheduled_flow_runs`, {})),
    ]);
    return [events, ...polls].filter((wasFulfilled) => !wasFulfilled).length;
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
