import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const WATCH = fileURLToPath(new URL('./watch.ts', import.meta.url));

/** A small process beside this one that kills the process groups it was told of, should this one end without doing so. */
export class Guardian {
  #process: ChildProcess | undefined;

  watch(group: number): void {
    this.#process ??= this.#start();
    this.#tell(`+ ${group}`);
  }

  forget(group: number): void {
    this.#tell(`- ${group}`);
  }

  /** Lets it end. A later `watch` starts another. */
  dismiss(): void {
    this.#process?.stdin?.end();
    this.#process = undefined;
  }

  #tell(line: string): void {
    this.#process?.stdin?.write(`${line}\n`);
  }

  #start(): ChildProcess {
    const watcher = spawn(process.execPath, [WATCH], {
      detached: true,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    watcher.unref();
    return watcher;
  }
}
