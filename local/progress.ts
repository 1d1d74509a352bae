import {
  type DefaultRenderer,
  Listr,
  ListrLogger,
  type ListrTask,
  ProcessOutput,
  type SimpleRenderer,
} from 'listr2';

export type Task = ListrTask<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;
/** The part of a running task that {@link detail} writes to. */
type Running = Parameters<Task['task']>[1];

/** Both streams of the renderer are stderr: stdout is for what a command was asked for. */
const logger = () =>
  new ListrLogger({ useIcons: true, processOutput: new ProcessOutput(process.stderr, process.stderr) });

/** Runs tasks one after the other and shows them on stderr: moving on a terminal, line by line elsewhere. */
export async function withProgress(tasks: Task[]): Promise<void> {
  await new Listr<unknown, 'default', 'simple'>(tasks, {
    // Whoever calls this stops in its own way: Listr would end the process in the middle of that.
    registerSignalListeners: false,
    renderer: 'default',
    fallbackRenderer: 'simple',
    fallbackRendererCondition: () => !process.stderr.isTTY,
    rendererOptions: { logger: logger() },
    fallbackRendererOptions: { logger: logger() },
  }).run();
}

/** What a task is at just now: for a terminal, where one line replaces the other; a log file has no use for it. */
export const detail = (task: Running) => (text: string) => {
  if (process.stderr.isTTY) task.output = text;
};
