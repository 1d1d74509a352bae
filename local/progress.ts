import { Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2';

/** Both streams of the renderer are stderr: stdout is for what a command was asked for. */
const logger = () =>
  new ListrLogger({ useIcons: true, processOutput: new ProcessOutput(process.stderr, process.stderr) });

/** Runs tasks one after the other and shows them on stderr: moving on a terminal, line by line elsewhere. */
export async function withProgress(tasks: ListrTask[], concurrent = false): Promise<void> {
  await new Listr<unknown, 'default', 'simple'>(tasks, {
    concurrent,
    renderer: 'default',
    fallbackRenderer: 'simple',
    fallbackRendererCondition: () => !process.stderr.isTTY,
    rendererOptions: { logger: logger() },
    fallbackRendererOptions: { logger: logger() },
  }).run();
}
