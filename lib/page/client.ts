import * as v from 'valibot';
import { type History, HistorySchema } from '../model/history.ts';
import { type Snapshot, SnapshotSchema } from '../model/snapshot.ts';

const ANSWER_TIMEOUT_MILLISECONDS = 10_000;

/** Thrown when the token is missing, wrong or no longer valid. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';
}

/** Thrown when there is no usable answer; the message is for the reader of the page. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
}

/** `snapshot` is null when it is still the one known by its ETag. `at` is the server's time of the answer. */
export interface SnapshotAnswer {
  readonly snapshot: Snapshot | null;
  readonly etag: string | null;
  readonly at: Date;
}

export interface Client {
  installations(): Promise<readonly string[]>;
  snapshot(installation: string, etag: string | null): Promise<SnapshotAnswer>;
  /** How these signals went from `from`, an ISO time by the server's clock, until now. */
  history(installation: string, signals: readonly string[], from: string): Promise<History>;
}

const InstallationsSchema = v.object({ installations: v.array(v.string()) });
const ProblemSchema = v.object({ detail: v.string() });

async function bodyOf<S extends v.GenericSchema>(schema: S, response: Response): Promise<v.InferOutput<S>> {
  const body = v.safeParse(schema, await response.json().catch(() => undefined));
  if (body.success) return body.output;
  throw new ApiError('The answer is not what this page understands. Reload it: it may have been updated.');
}

async function failure(response: Response): Promise<ApiError> {
  const problem = v.safeParse(ProblemSchema, await response.json().catch(() => undefined));
  return new ApiError(problem.success ? problem.output.detail : `The answer was ${response.status}.`);
}

function timeOf(response: Response): Date {
  const date = new Date(response.headers.get('date') ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? new Date() : date;
}

/** Asks the API beside the page; every address is relative, so that the page may be served under any path. */
export function openClient(token: string): Client {
  async function ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    if (!/^[\x21-\x7e]+$/.test(token)) throw new SignedOutError('no such text can be a token');
    let response: Response;
    try {
      response = await fetch(path, {
        headers: { authorization: `Bearer ${token}`, ...headers },
        cache: 'no-store',
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MILLISECONDS),
      });
    } catch (cause) {
      throw new ApiError('The API cannot be reached.', { cause });
    }
    if (response.status === 401) throw new SignedOutError('the token is not accepted');
    if (!response.ok && response.status !== 304) throw await failure(response);
    return response;
  }

  return {
    installations: async () => (await bodyOf(InstallationsSchema, await ask('installations'))).installations,

    snapshot: async (installation, known) => {
      const query = new URLSearchParams({ installation });
      const response = await ask(`snapshot?${query}`, known === null ? {} : { 'if-none-match': known });
      const at = timeOf(response);
      if (response.status === 304) return { snapshot: null, etag: known, at };
      return { snapshot: await bodyOf(SnapshotSchema, response), etag: response.headers.get('etag'), at };
    },

    history: async (installation, signals, from) => {
      const query = new URLSearchParams({ installation, from, signal: signals.join(',') });
      return bodyOf(HistorySchema, await ask(`history?${query}`));
    },
  };
}
