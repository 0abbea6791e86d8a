import { ANNOTATIONS, WAIVER_PREFIX } from '../../../k8s/keys';
import { existsSync, readFileSync } from 'node:fs';
import { validExceptions } from '../../../k8s/exceptions';
import type { V1Container, V1PodSpec, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { parseDockerfile } from '../../../images/source/dockerfile';
import { Image } from '../../../images/image';
import { row, type ProblemRow } from '../../../problems/problem';
import { show } from '../../../basics/text';
import type { ResolvedMicroservice } from '../resolve';
import { containerSecurity } from '../../shared/pod';

/** The init container that copies the source. */
export const LIVE_CONTAINER = 'live';

/** The waiver of the rule `liveness-missing` for `check`. */
export const LIVE_WAIVER = {
  [`${WAIVER_PREFIX}liveness-missing`]: 'It is live: a program that somebody just broke waits for the next change.',
};

/**
 * The folder of the source in the image, and the command that runs it; undefined if the Dockerfile does not define
 * them.
 */
function programOf({
  image,
  command,
  args,
}: ResolvedMicroservice): { folder: string; program: readonly string[] } | undefined {
  if (!image.source || image.source.site || !existsSync(image.source.dockerfile)) return undefined;
  const file = parseDockerfile(readFileSync(image.source.dockerfile, 'utf8'), image.source);
  const { folder } = file;
  // As in a pod: `command` replaces ENTRYPOINT and CMD, `args` replaces only CMD.
  const program = [...(command ?? file.entrypoint), ...(args ?? (command ? [] : file.command))];
  const source = file.copies.some(({ target }) => target.startsWith(`${folder}/`));
  return folder !== undefined && folder !== '/' && source && program.length > 0 ? { folder, program } : undefined;
}

/** The problem of `live`. */
export function* liveProblems(options: ResolvedMicroservice): Generator<ProblemRow> {
  const runAs = validExceptions(options.exceptions).find((exception) => exception.runAs)?.runAs;
  if (options.live && runAs)
    yield row('live-invalid', {
      message: 'The user of the image cannot change the files of a live program.',
      field: 'live',
      expected: 'no exception with runAs',
      got: show(runAs),
      fix: 'Remove live, or remove the exception: with live, the program runs as the option user.',
    });
  if (!options.live || !(options.image instanceof Image) || options.image.source?.found === false || programOf(options))
    return;
  yield row('live-invalid', {
    message:
      'The source cannot be changed in the running pod: the Dockerfile does not define its folder and its command.',
    field: 'live',
    expected:
      'Image.service(…), with a Dockerfile that has a WORKDIR, a COPY of the sources to a folder in it, and CMD or ENTRYPOINT',
    got: options.image.source ? show(options.image.source.dockerfile) : `the image ${show(options.image.reference)}`,
    fix: 'Remove live, or add these lines to the Dockerfile.',
  });
}

/** The spec of the pod. With `live`, the source is in a writable folder; the root file system stays read-only. */
export function liveSpec(
  spec: V1PodSpec,
  options: ResolvedMicroservice,
): { spec: V1PodSpec; annotations?: Record<string, string> } {
  const found = options.live ? programOf(options) : undefined;
  if (!found) return { spec };
  const [container] = spec.containers as [V1Container];
  const volume: V1Volume = { name: 'live', emptyDir: { sizeLimit: '1Gi' } };
  const mount = (mountPath: string): V1VolumeMount => ({ name: volume.name, mountPath });
  const copy: V1Container = {
    name: LIVE_CONTAINER,
    image: container.image,
    imagePullPolicy: container.imagePullPolicy,
    command: ['cp', '-R', `${found.folder}/.`, '/live'],
    resources: container.resources,
    securityContext: containerSecurity([], container.securityContext?.runAsUser),
    volumeMounts: [mount('/live')],
  };
  const live: V1Container = {
    ...container,
    command: ['sh', '-c', KEEPER, 'live', ...found.program],
    args: undefined,
    // No probe restarts a broken program, because the next change of the source fixes it.
    startupProbe: undefined,
    livenessProbe: undefined,
    volumeMounts: [mount(found.folder), ...(container.volumeMounts ?? [])],
  };
  return {
    spec: {
      ...spec,
      initContainers: [copy, ...(spec.initContainers ?? [])],
      containers: [live],
      volumes: [volume, ...(spec.volumes ?? [])],
    },
    annotations: { [ANNOTATIONS.live]: found.folder },
  };
}

/**
 * Runs a program and restarts it on SIGHUP. The signal is sent when all files are written; a file watcher would react
 * too early. The script keeps running when the program exits, and exits on SIGTERM.
 */
export const KEEPER = `
end() {
  kill "$child" 2> /dev/null
  (sleep 5; kill -KILL "$child") > /dev/null 2>&1 &
}
trap 'again=1; end' HUP
trap 'over=1; kill "$child" 2> /dev/null' TERM INT
while [ -z "$over" ]; do
  again=
  "$@" &
  child=$!
  [ -z "$again$over" ] || kill "$child"
  wait "$child"
  code=$?
  while kill -0 "$child" 2> /dev/null; do
    wait "$child"
    code=$?
  done
  [ -n "$again$over" ] || echo "live: the program ended with $code, and starts again with the next change" >&2
  while [ -z "$again$over" ]; do
    sleep 1 &
    wait $!
  done
done
exit "$code"
`.trim();
