import { readFileSync } from 'node:fs';
import type { IConstruct } from 'constructs';
import { Microservice } from '../constructs/microservice/microservice';
import { parseDockerfile } from '../images/source/dockerfile';
import type { LiveService } from './pods';
import { Sources } from './sources';

/** A live microservice and its source. */
export interface LiveSource {
  readonly service: LiveService;
  readonly sources: Sources;
}

/** All microservices of an app, by name. The value is undefined if the microservice is not live. */
export function liveSources(root: IConstruct): Map<string, LiveSource | undefined> {
  const services = root.node.findAll().filter((node) => node instanceof Microservice);
  return new Map(services.map((service) => [service.name, service.live ? liveSource(service) : undefined]));
}

function liveSource({ name, namespace, endpoint, image }: Microservice): LiveSource {
  const source = image.source!;
  const folder = parseDockerfile(readFileSync(source.dockerfile, 'utf8'), source).folder!;
  return {
    service: { name, namespace, labels: endpoint.options.pods ?? {}, folder },
    sources: new Sources(source, folder),
  };
}
