import { Image } from '../../images/image';
import { isSetting } from '../../k8s/names';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { exceptionProblems, ROOT_EXCEPTION } from '../shared/exceptions';
import { podOptionProblems } from '../shared/pod-options';
import { resourceProblems } from '../shared/resources';
import { imageProblems, isPlainPath, poolProblems, user } from '../shared/value-problems';
import { fileProblems } from './config-files';
import type { ProgramOptions } from './options';
import type { ResolvedProgram } from './resolve';
import { sidecarProblems } from './sidecars/problems';

type Found = Generator<ProblemRow>;

/** The problems of the options of a program. `name` is that of its container, and the ports are its own, by name. */
export function* programProblems(
  name: string,
  given: Pick<ProgramOptions, 'user'>,
  options: ResolvedProgram,
  ports: Readonly<Record<string, number>> = {},
): Found {
  yield* imageProblems(options.image);
  for (const [path, volume] of Object.entries(options.volumes))
    if (volume instanceof Image) yield* imageProblems(volume, `volumes.${path}`);
  yield* resourceProblems(options.resources);
  yield* pathProblems(options);
  yield* fileProblems(options.files);
  yield* variableNameProblems(options);
  yield* user('user', options.user, 'construct-invalid', ROOT_EXCEPTION);
  yield* exceptionProblems('exceptions', options.exceptions, given.user);
  yield* poolProblems(options.pool);
  yield* podOptionProblems(options.pod);
  yield* sidecarProblems(name, options, ports);
}

function* variableNameProblems(options: ResolvedProgram): Found {
  for (const name of Object.keys(options.env).filter((key) => !isSetting(key))) {
    yield row('variable-invalid', {
      message: 'This is not a valid name of an environment variable.',
      field: `env.${name}`,
      expected: 'letters, digits, underscores and dots; the first is not a digit',
      got: show(name),
      fix: `Rename it, such as ${name.replaceAll(/[^A-Za-z0-9_.]/g, '_').replace(/^(?=\d)/, '_') || 'NAME'}.`,
    });
  }
}

function* pathProblems({ files, volumes, writable, workingDir }: ResolvedProgram): Found {
  const wrong = (field: string, got: string, message: string, expected: string, fix: string) =>
    row('path-invalid', { message, field, expected, got: show(got), fix });
  const mounts: [option: string, path: string][] = [
    ...Object.keys(files).map((path): [string, string] => ['files', path]),
    ...Object.keys(volumes).map((path): [string, string] => ['volumes', path]),
    ...writable.map((path): [string, string] => ['writable', path]),
  ];
  const seen = new Set<string>();
  for (const [option, path] of mounts) {
    const field = `${option}.${path}`;
    if (!isPlainPath(path) || path === '/') {
      const fix = 'Write the path in the container, such as /etc/app/words.txt.';
      yield wrong(field, path, 'The mount path is invalid.', 'an absolute path other than /', fix);
    } else if (seen.has(path)) {
      yield wrong(
        field,
        path,
        `The path ${path} is mounted twice.`,
        'one mount for each path',
        `Change ${path} in one of files, volumes and writable.`,
      );
    }
    seen.add(path);
  }
  if (workingDir === undefined || isPlainPath(workingDir)) return;
  const fix = 'Write the path of a folder in the image.';
  yield wrong('workingDir', workingDir, 'The working directory is invalid.', 'an absolute path, such as /app', fix);
}
