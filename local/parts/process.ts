import { readFileSync } from 'node:fs';

/** A program to run, with all of its environment but the few variables of {@link environmentOf}. */
export interface Command {
  /** What it is called in messages; its log is `<name>.log`. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** To run as when this process is root's. */
  readonly as?: { readonly uid: number; readonly gid: number };
}

/** A program that keeps running, ready when `isReady` says so. */
export interface Part extends Command {
  readonly isReady: () => Promise<boolean>;
  readonly readyWithinSeconds: number;
  /** Asks it to stop; SIGTERM unless it stops better by another. SIGKILL follows when the grace is over. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
  readonly graceSeconds?: number;
}

export interface RunningPart {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Fulfilled when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends it with all of its descendants. May be called again. */
  stop(): Promise<void>;
}

/** Thrown when a part cannot be started or a command fails. The message ends with the last lines of its log. */
export class PartFailed extends Error {
  override readonly name = 'PartFailed';

  constructor(part: string, problem: string, logFile: string, options?: ErrorOptions) {
    super(`${part}: ${problem}\n${tailOf(logFile)}`, options);
  }
}

const TAIL_LINES = 15;

function tailOf(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n');
  return [`The end of ${logFile}:`, ...lines.slice(-TAIL_LINES).map((line) => `  ${line}`)].join('\n');
}

/** ESRCH: no such group any more. EPERM is what macOS says when only zombies are left of it. */
const GONE = ['ESRCH', 'EPERM'];

/** Sends a signal to every process of a group. A group that is gone already is what was wanted. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && GONE.includes(String(error.code));
    if (!gone) throw error;
  }
}

const PASSED_ON = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'] as const;

/**
 * What a part sees of the environment. Settings of the user's own Prefect, AWS account or proxy stay out of it: a part
 * must never write to them.
 */
export function environmentOf(command: Pick<Command, 'env'>): Record<string, string> {
  const inherited = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(inherited), ...command.env };
}
