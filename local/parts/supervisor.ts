import { once } from 'node:events';
import { appendFileSync, createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa, type Options } from 'execa';
import { Guardian } from './guardian.ts';
import {
  type Command,
  environmentOf,
  type Part,
  PartFailed,
  type RunningPart,
  signalGroup,
} from './process.ts';
import { NotInTime, until } from './until.ts';

const GRACE_SECONDS = 8;

/** What `start` and `run` throw, and the reason of the supervisor's signal, once everything is being stopped. */
export class Stopping extends Error {
  override readonly name = 'Stopping';

  constructor() {
    super('everything is being stopped');
  }
}

/**
 * Starts programs, each in a process group of its own with its log in one folder, and ends them all. Nothing it started
 * outlives this process, however this process ends.
 */
export class Supervisor {
  readonly #logs: string;
  readonly #guardian = new Guardian();
  readonly #running = new Set<RunningPart>();
  readonly #stopping = new AbortController();

  /** @param logs the folder of the logs; made when missing. */
  constructor(logs: string) {
    mkdirSync(logs, { recursive: true });
    this.#logs = logs;
  }

  /** Aborts when everything is being stopped: whatever waits meanwhile should listen to it. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** @throws PartFailed when it ends before it is ready, or is not ready in time; it is stopped then. */
  async start(part: Part): Promise<RunningPart> {
    const logFile = this.#newLog(part.name);
    const log = createWriteStream(logFile);
    await once(log, 'open');
    const child = execa(part.file, part.args, { ...this.#options(part), stdout: log, stderr: log });
    log.close();
    const running = await this.#watch(part, logFile, child.pid, child);
    const early = new AbortController();
    running.ended.then(() => early.abort());
    const signal = AbortSignal.any([this.signal, early.signal]);
    try {
      await until('it to be ready', part.isReady, { withinSeconds: part.readyWithinSeconds, signal });
    } catch (cause) {
      const problem = cause instanceof NotInTime ? cause.message : 'ended before it was ready';
      await running.stop();
      this.signal.throwIfAborted();
      throw new PartFailed(part.name, problem, logFile, { cause });
    }
    return running;
  }

  /**
   * Runs a program to its end and shows `onLine` every line it writes.
   *
   * @throws PartFailed unless it ends with 0.
   */
  async run(command: Command, onLine?: (line: string) => void): Promise<void> {
    const logFile = this.#newLog(command.name);
    const child = execa(command.file, command.args, { ...this.#options(command), all: true });
    await this.#watch(command, logFile, child.pid, child);
    for await (const line of child.iterable({ from: 'all' })) {
      appendFileSync(logFile, `${line}\n`);
      onLine?.(line);
    }
    const { failed, shortMessage } = await child;
    this.signal.throwIfAborted();
    if (failed) throw new PartFailed(command.name, shortMessage ?? 'failed', logFile);
  }

  /** Ends everything, the last started first: later parts talk to earlier ones until their end. */
  async stopAll(): Promise<void> {
    this.#stopping.abort(new Stopping());
    for (const part of [...this.#running].toReversed()) await part.stop();
    this.#guardian.dismiss();
  }

  #newLog(name: string): string {
    this.signal.throwIfAborted();
    const file = join(this.#logs, `${name}.log`);
    writeFileSync(file, '');
    return file;
  }

  #options(command: Command) {
    return {
      cwd: command.cwd ?? this.#logs,
      env: environmentOf(command),
      extendEnv: false,
      detached: true,
      cleanup: false,
      reject: false,
      buffer: false,
      stdin: 'ignore',
      ...command.as,
    } as const satisfies Options;
  }

  /** @throws PartFailed when there is no process: the program is missing or may not be run. */
  async #watch(
    { name, stopSignal = 'SIGTERM', graceSeconds = GRACE_SECONDS }: Command & Partial<Part>,
    logFile: string,
    pid: number | undefined,
    end: PromiseLike<{ readonly shortMessage?: string }>,
  ): Promise<RunningPart> {
    if (pid === undefined)
      throw new PartFailed(name, (await end).shortMessage ?? 'could not be started', logFile);
    this.#guardian.watch(pid);
    const ended = Promise.resolve(end).then(() => {
      signalGroup(pid, 'SIGKILL');
      this.#guardian.forget(pid);
      this.#running.delete(part);
    });
    const stop = async () => {
      signalGroup(pid, stopSignal);
      const inTime = await Promise.race([
        ended.then(() => true),
        pause(graceSeconds * 1000, false, { ref: false }),
      ]);
      if (!inTime) signalGroup(pid, 'SIGKILL');
      await ended;
    };
    const part: RunningPart = { name, pid, logFile, ended, stop };
    this.#running.add(part);
    return part;
  }
}
