/** Thrown when a function is started without a variable that the stack gives it. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** A variable the stack sets on the function. @throws EnvironmentError when it is not there. */
export function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new EnvironmentError(`the environment variable ${name} is not set`);
  return value;
}
