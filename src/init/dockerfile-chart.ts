import { freeVariable, literal, quoted, SourceCode } from '../basics/typescript';
import type { FoundDockerfile } from './dockerfiles';
import { labelFrom } from './project-name';

/** A chart with one microservice for each Dockerfile. The calls between them are not known. */
export function chartOfDockerfiles(name: string, dockerfiles: readonly FoundDockerfile[]): string {
  const ids = namesOf(name, dockerfiles);
  const variables = new Set<string>();
  for (const id of ids) variables.add(freeVariable(id, variables, 'Service'));
  const all = [...variables];
  const first = all[0]!;
  const more = ids.length > 1 ? '' : ' Import External from callsign-k8s.';
  const call = ids.length > 1 ? `${all[1]}.calls(${first})` : `${first}.calls(new External('api.example.com', 443))`;
  const overrides = `{ ${quoted(ids[0]!)}: { replicas: 3 } }`;
  const parts = literal(Object.fromEntries(ids.map((id, i) => [id, new SourceCode(all[i]!)])), '    ', 13);
  return `import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { defineApp, Image, Microservice, Namespace } from 'callsign-k8s';

/** One microservice for each Dockerfile. */
class Application extends Chart {
  /** The parts that an environment can override. */
  readonly parts;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: ${quoted(name)} });
    new Namespace(this, ${quoted(name)});

    // Kubernetes checks the paths /healthz/live and /healthz/ready. Name others with health: { live: '/', ready: '/' }.
${ids.map((id, i) => `    const ${all[i]} = ${microservice(name, id, all[i]!, dockerfiles[i]!)};`).join('\n')}

    // Declare here which microservice calls which one. Calls that are not declared are denied.${more} For example:
    // ${call};

    // Declare here what users can reach. Import Gateway from callsign-k8s. For example:
    // new Gateway(this, 'gateway', { host: ${quoted(`${name}.localhost`)}, controller: 'traefik', routes: { '/': ${first} } });

    this.parts = ${parts};
  }
}

export default defineApp<Application['parts']>(
  (app) => {
    new Application(app, ${quoted(name)});
  },
  {
    // npx callsign synth --env prod. It overrides options of the parts, for example: ${overrides}.
    prod: {},
  },
);
`;
}

function microservice(name: string, id: string, variable: string, file: FoundDockerfile): string {
  const { context, dockerfile, port = 8080 } = file;
  const options = { folder: context, dockerfile, repository: `${name}/${id}` };
  const image = new SourceCode(`Image.service(${quoted(id)}, ${literal(options, '      ', 40)})`);
  const start = `new Microservice(this, ${quoted(id)}, `;
  return `${start}${literal({ image, port, replicas: 2 }, '    ', variable.length + start.length + 12)})`;
}

/** The names of the microservices: those of their folders. Two folders with the same name get that of the folder above too. */
function namesOf(name: string, dockerfiles: readonly FoundDockerfile[]): string[] {
  const taken = new Set<string>();
  for (const { folder } of dockerfiles) {
    const parts = folder.split('/');
    const wanted = folder === '' ? name : labelFrom(parts.at(-1)!);
    let free = taken.has(wanted) ? labelFrom(parts.join('-')) : wanted;
    for (let n = 2; taken.has(free); n++) free = `${wanted}-${n}`;
    taken.add(free);
  }
  return [...taken];
}
