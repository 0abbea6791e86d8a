import type { V1Lifecycle, V1LifecycleHandler } from '@kubernetes/client-node';
import { row, type ProblemRow } from '../../problems/problem';
import type { OptionNames } from '../../problems/unknown-options';
import { show } from '../../basics/text';
import { isPlainPath } from './value-problems';

/** What runs at the start or at the end of a container: a command, or a request to a path of the container. */
export type Hook = string | readonly string[];

/** What runs at the start and at the end of a container, in addition to its program. */
export interface Lifecycle {
  /**
   * Runs when the container starts, at the same time as its program. The probes wait for it. If it fails, the container
   * is restarted.
   * @default - none
   */
  readonly postStart?: Hook;
  /**
   * Runs before the program gets the signal to end. The grace period includes its time.
   * @default - none
   */
  readonly preStop?: Hook;
}

/** The names of the options. */
export const LIFECYCLE_OPTIONS: OptionNames<Lifecycle> = { postStart: true, preStop: true };

/** The hooks in the form of a container. Requests go to the port. */
export function lifecycleOf({ postStart, preStop }: Lifecycle, port: number | string): V1Lifecycle {
  return {
    ...(postStart !== undefined && { postStart: handlerOf(postStart, port) }),
    ...(preStop !== undefined && { preStop: handlerOf(preStop, port) }),
  };
}

function handlerOf(hook: Hook, port: number | string): V1LifecycleHandler {
  return typeof hook === 'string' ? { httpGet: { path: hook, port } } : { exec: { command: [...hook] } };
}

/** The problems of hooks. A request requires a port that serves HTTP. */
export function* lifecycleProblems(field: string, hooks: Lifecycle, servesHttp: boolean): Generator<ProblemRow> {
  for (const option of ['postStart', 'preStop'] as const) {
    const hook: unknown = hooks[option];
    if (hook === undefined) continue;
    const isCommand = Array.isArray(hook) && hook.length > 0 && hook.every((word) => typeof word === 'string');
    if (isCommand || (isPlainPath(hook) && servesHttp)) continue;
    yield row('construct-invalid', {
      message: isPlainPath(hook) ? 'The container serves no HTTP, so it has no paths.' : 'This is not a hook.',
      field: `${field}.${option}`,
      expected: `a command as a list of words${servesHttp ? ', or a path such as /drain' : ''}`,
      got: show(hook),
      fix: `Write a command, such as ${option}: ['/app/hook.sh'].`,
    });
  }
}
