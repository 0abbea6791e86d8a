import { serverOf } from '../../constructs/database/engines/index';
import type { DatabaseEngine } from '../../constructs/database/options';
import { Image } from '../../images/image';
import { Invocation, PartReference, type ChartPlan, type PlannedOptions, type PlannedPart } from '../plan/plan';

/** A part of the chart that runs. */
export interface ImportedPart {
  readonly name: string;
  /** What it became: `HTTP service`, `server`, `worker`, `database`. */
  readonly kind: string;
  /** The image, or `built from FOLDER`. */
  readonly image: string;
  /** The addresses of the gateways with a route to it. Without one, only other parts reach it. */
  readonly addresses: readonly string[];
}

/** What runs, in the order of the chart. */
export function partsOf({ parts }: ChartPlan): ImportedPart[] {
  return parts
    .filter(({ construct }) => construct !== 'Gateway' && construct !== 'Volume')
    .map((part) => ({
      name: part.id,
      kind: kindOf(part),
      image: imageOf(part),
      addresses: parts.filter(({ construct }) => construct === 'Gateway').flatMap((gateway) => routesTo(part, gateway)),
    }));
}

/** The images of the chart without a version, each once. */
export function unpinnedImages({ parts }: ChartPlan): string[] {
  const pulled = parts.flatMap(({ options: { image } }) =>
    image instanceof Invocation && image.callee === 'Image.of' ? [image.args[0] as string] : [],
  );
  return [...new Set(pulled)].filter((reference) => Image.of(reference).valid && !Image.of(reference).pinned);
}

function kindOf({ construct, options: { http, ports, udpPorts } }: PlannedPart): string {
  if (construct !== 'Microservice') return construct.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  if (http !== false) return 'HTTP service';
  return ports === undefined && udpPorts === undefined ? 'worker' : 'server';
}

function imageOf({ options: { image, engine = 'postgres' } }: PlannedPart): string {
  if (!(image instanceof Invocation)) return serverOf(engine as DatabaseEngine).image;
  const [first, options] = image.args as readonly [string, { readonly folder: string }];
  return image.callee === 'Image.of' ? first : `built from ${options.folder}`;
}

function routesTo({ id }: PlannedPart, { options: { host, routes } }: PlannedPart): string[] {
  return Object.entries(routes as PlannedOptions)
    .filter(([, to]) => to instanceof PartReference && to.id === id)
    .map(([path]) => `http://${host as string}${path === '/' ? '' : path}`);
}
