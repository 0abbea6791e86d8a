import { existsSync, readFileSync } from 'node:fs';
import { show } from '../../../basics/text';
import { Image } from '../../../images/image';
import { knownServer } from '../../../images/known-servers';
import { parseDockerfile, type Dockerfile } from '../../../images/source/dockerfile';
import { row, type ProblemRow } from '../../../problems/problem';
import { ownPorts, portsByName } from '../ports';
import type { ResolvedMicroservice } from '../resolve';

/**
 * The port of a microservice, compared with the Dockerfile of its image. Only what is certain is a problem: most programs
 * listen on the port in the variable `PORT`, whatever their Dockerfile exposes.
 */
export function* servedPortProblems(options: ResolvedMicroservice): Generator<ProblemRow> {
  const { image, command, args } = options;
  if (!(image instanceof Image) || command || args) return;
  const { source } = image;
  if (!source || source.site || !existsSync(source.dockerfile)) return;
  const file = parseDockerfile(readFileSync(source.dockerfile, 'utf8'), source);
  if (file.unclear.length > 0) return;
  yield* writtenPort(options, file, source.dockerfile);
  yield* portOfBase(options, file, source.dockerfile);
}

/** Options of programs and of frameworks that set the port of requests. */
const LISTENS =
  /(?:^| )(?:-p|-b|-S|--?[\w.-]*(?:port|bind|listen|addr|address|urls)|runserver|http\.server)[ =](\S+)/gi;
const OTHER_PORT =
  /metrics|health|admin|debug|inspect|manage|probe|prof|db|database|redis|remote|upstream|proxy|target/i;
/** Variables that frameworks read. */
const OF_FRAMEWORKS = /^(ASPNETCORE_(URLS|HTTP_PORTS)|SERVER_PORT|FLASK_RUN_PORT|UVICORN_PORT)$/;

/** The only port of EXPOSE, if the Dockerfile also passes it to the program: `CMD ["uvicorn", "--port", "8000", …]`. */
function* writtenPort(options: ResolvedMicroservice, file: Dockerfile, path: string): Generator<ProblemRow> {
  const [exposed, ...more] = file.exposed;
  if (!exposed || more.length > 0) return;
  const { port, line } = exposed;
  const ports = Object.values({ ...portsByName(options), ...ownPorts(options) });
  if (ports.length === 0 || ports.includes(port) || !passedPorts(options, file).includes(port)) return;
  yield row('probe-not-served', {
    message: `The program listens on port ${port}: its Dockerfile passes this port to the program, and exposes it.`,
    field: options.http ? 'port' : 'ports',
    expected: `${port}, as in ${path}:${line}`,
    got: ports.join(', '),
    fix: options.http
      ? `Set port: ${port}. Or let the command in the Dockerfile use the variable PORT.`
      : `Set one of the ports to ${port}, or change the command in the Dockerfile.`,
  });
}

/** The ports that the command and the variables of an image contain. None if the command uses variables. */
function passedPorts({ env }: ResolvedMicroservice, { entrypoint, command, env: own }: Dockerfile): number[] {
  const words = [...entrypoint, ...command].join(' ');
  if (/\$|PORT/.test(words)) return [];
  const options = [...words.matchAll(LISTENS)].flatMap(([option, value = '']) =>
    OTHER_PORT.test(option.replace(value, '')) ? [] : [value],
  );
  const variables = [...own].flatMap(([name, value]) =>
    OF_FRAMEWORKS.test(name) && !Object.hasOwn(env, name) ? [value] : [],
  );
  return [...options, ...variables].map((value) => Number(/(?:^|:)(\d+)\/?$/.exec(value)?.[1]));
}

/** Instructions that may configure the server of the base image. */
const CONFIGURES = /\/etc\b|conf|template|docker-entrypoint|listen|port|\s(\/|\/usr|\/opt|\.)\/?["\]\s]*$/i;

/** The port of a well-known server that the image only adds files to. */
function* portOfBase(options: ResolvedMicroservice, file: Dockerfile, path: string): Generator<ProblemRow> {
  const { base } = file;
  const server = base && knownServer(base.image);
  if (!server || file.entrypoint.length > 0 || file.command.length > 0 || !options.http) return;
  const mounts = [...Object.keys(options.files), ...Object.keys(options.volumes)];
  const variables = [...file.env.keys(), ...Object.keys(options.env)];
  if (
    file.exposed.length > 0 ||
    file.steps.some((step) => CONFIGURES.test(step) || server.config.some((folder) => step.includes(folder))) ||
    mounts.length > 0 ||
    file.folder !== undefined ||
    variables.some((name) => server.env?.test(name)) ||
    server.http.includes(options.port)
  )
    return;
  const [number] = server.http;
  const [name, other] = Object.entries(server.other ?? {})[0] ?? [];
  yield row('probe-not-served', {
    message:
      number === undefined
        ? `The image is based on ${server.name}, which speaks no HTTP.`
        : `The image is based on ${server.name}, which listens on ${server.http.join(', ')} and not on ${options.port}.`,
    field: number === undefined ? 'http' : 'port',
    expected: number === undefined ? 'http: false' : String(number),
    got: `${show(options.port)}, with FROM ${base.image} in ${path}:${base.line}`,
    fix:
      number === undefined
        ? `Set http: false, ports: { ${name}: ${other} }.`
        : `Set port: ${number}, health: { live: '/', ready: '/' }. Or let the image serve HTTP on ${options.port}.`,
  });
}
