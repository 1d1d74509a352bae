/** One thing wrong in a configuration: where, what stands there, and what may stand there. */
export interface ConfigProblem {
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
}

/** Thrown when a configuration cannot be used. Its message lists every problem, one a line. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    const lines = problems.map((p) => `  ${p.path}: found ${p.found}; allowed: ${p.allowed}`);
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`The configuration has ${count}:\n${lines.join('\n')}`, options);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
