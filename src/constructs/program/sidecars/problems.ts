import { isDnsLabel } from '../../../k8s/names';
import { row, type ProblemRow } from '../../../problems/problem';
import { show } from '../../../basics/text';
import { exceptionProblems, ROOT_EXCEPTION } from '../../shared/exceptions';
import { lifecycleProblems } from '../../shared/lifecycle';
import { resourceProblems } from '../../shared/resources';
import { imageProblems, isPlainPath, portProblems, user } from '../../shared/value-problems';
import { isCheck, runsCommand } from '../../shared/health-check';
import type { ResolvedProgram } from '../resolve';
import { sidecarPort } from './containers';
import type { FurtherContainer, Sidecar } from './options';

type Found = Generator<ProblemRow>;

/** The names of ports on which only the program listens. */
const OF_PROGRAM: ReadonlySet<string> = new Set(['http', 'events', 'health']);

/** The problems of init containers and sidecars. The ports are those of the program, by name. */
export function* sidecarProblems(
  program: string,
  options: ResolvedProgram,
  programPorts: Readonly<Record<string, number>>,
): Found {
  const ports = new Map<unknown, string>(Object.entries(programPorts).map(([name, port]) => [port, name]));
  const forCallers = new Map(Object.entries(programPorts).filter(([name]) => !OF_PROGRAM.has(name)));
  for (const [name, sidecar] of Object.entries(options.sidecars)) {
    const at = `sidecars.${name}`;
    yield* containerProblems(at, name, sidecar, options);
    if (name === program || Object.hasOwn(options.initContainers, name)) yield nameTaken(at, name);
    yield* sidecarPortProblems(at, sidecar, ports, forCallers);
    yield* sidecarHealthProblems(at, sidecar);
    yield* lifecycleProblems(`${at}.lifecycle`, sidecar.lifecycle ?? {}, sidecarPort(sidecar) !== undefined);
  }
  for (const [name, container] of Object.entries(options.initContainers)) {
    const at = `initContainers.${name}`;
    yield* containerProblems(at, name, container, options);
    if (name === program) yield nameTaken(at, name);
  }
}

function nameTaken(field: string, name: string): ProblemRow {
  return row('name-taken', {
    message: `Another container of the pod has the name ${show(name)}.`,
    field,
    got: show(name),
    fix: 'Give one of the two another name.',
  });
}

function* containerProblems(
  at: string,
  name: string,
  container: FurtherContainer,
  { files, volumes, writable }: ResolvedProgram,
): Found {
  if (!isDnsLabel(name))
    yield row('name-invalid', {
      message: 'This is not a valid name of a container.',
      field: at,
      expected: 'lower-case letters, digits and dashes; the first is a letter; at most 63',
      got: show(name),
      fix: 'Write a valid name, such as proxy.',
    });
  yield* imageProblems(container.image, `${at}.image`);
  for (const [code, what] of resourceProblems(container.resources ?? {}))
    yield row(code, { ...what, field: `${at}.${what.field}` });
  if (container.user !== undefined) yield* user(`${at}.user`, container.user, 'construct-invalid', ROOT_EXCEPTION);
  yield* exceptionProblems(`${at}.exceptions`, container.exceptions ?? [], container.user);
  const paths = [...Object.keys(files), ...Object.keys(volumes), ...writable];
  for (const path of container.mounts ?? []) {
    if (paths.includes(path)) continue;
    yield row('path-invalid', {
      message: 'The program has no file, volume or writable folder at this path.',
      field: `${at}.mounts`,
      expected: paths.length > 0 ? `one of ${paths.join(', ')}` : 'a path of the program',
      got: show(path),
      fix: 'Add the path to volumes or writable of the program, or use writable of this container.',
    });
  }
  for (const path of container.writable ?? []) {
    if (isPlainPath(path) && path !== '/' && !container.mounts?.includes(path)) continue;
    yield row('path-invalid', {
      message: 'The container cannot have a writable folder at this path.',
      field: `${at}.writable`,
      expected: 'an absolute path other than /, and not one of its mounts',
      got: show(path),
      fix: 'Write the path of a folder in the container, such as /tmp.',
    });
  }
}

/** A port that callers reach is also a port of the microservice, with the same name and number. */
function* sidecarPortProblems(
  at: string,
  { ports = {} }: Sidecar,
  taken: Map<unknown, string>,
  forCallers: Map<string, number>,
): Found {
  for (const [name, port] of Object.entries(ports)) {
    yield* portProblems(`${at}.ports.${name}`, port);
    const other = taken.get(port);
    const isForCallers = forCallers.get(name) === port && forCallers.delete(name);
    if (other !== undefined && !isForCallers)
      yield row('port-taken', {
        message: `The port conflicts with the port ${show(other)} of the pod.`,
        field: `${at}.ports.${name}`,
        expected: 'a different number for each port of a pod',
        got: show(port),
        fix: 'Let one of the two programs listen on another port.',
      });
    taken.set(port, name);
  }
}

function* sidecarHealthProblems(at: string, sidecar: Sidecar): Found {
  const { health = {} } = sidecar;
  if (health.port !== undefined) yield* portProblems(`${at}.health.port`, health.port);
  for (const option of ['ready', 'live'] as const) {
    const check = health[option];
    if (check === undefined) continue;
    const field = `${at}.health.${option}`;
    if (!isCheck(check))
      yield row('path-invalid', {
        message: 'This is not a health check.',
        field,
        expected:
          "an absolute path, such as /ready; 'tcp'; a command as a list of words; or { touched: '/tmp/alive', within: 30 }",
        got: show(check),
        fix: 'Write only the path, without host and port.',
      });
    else if (!runsCommand(check) && sidecarPort(sidecar) === undefined)
      yield row('health-invalid', {
        message: 'The sidecar has no port, so nothing can connect to it.',
        field,
        expected: 'ports, health.port, or a command',
        got: show(check),
        fix: 'Add the port of the sidecar: ports: { http: 4180 }.',
      });
  }
}
