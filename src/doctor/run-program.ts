import { execFile } from 'node:child_process';
import type { Variables } from '../cluster/connection/kubectl-child';
import { LIMIT_MS } from './limit';

/** What a program answered. */
export type ProgramAnswer =
  /** The program cannot be run. */
  | { readonly state: 'missing' }
  /** It did not end in time, and was killed. */
  | { readonly state: 'late' }
  | { readonly state: 'ended'; readonly isDone: boolean; readonly out: string; readonly error: string };

/** Runs a program that only reports something. */
export function runProgram(program: string, args: readonly string[], environment: Variables): Promise<ProgramAnswer> {
  return new Promise((resolve) => {
    const options = { env: environment, timeout: LIMIT_MS, killSignal: 'SIGKILL' } as const;
    execFile(program, args, options, (error, out, errors) => {
      if (typeof error?.code === 'string') resolve({ state: 'missing' });
      else if (error?.killed) resolve({ state: 'late' });
      else resolve({ state: 'ended', isDone: error === null, out: out.trim(), error: errors.trim() });
    });
  });
}

/** A JSON object that a program printed. Undefined if it printed something else. */
export function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
