import type { CurrentVersion } from '../../images/docker/current-version';
import type { ComposeProject } from './load';
import { dictAt, entriesOf, nodeAt, scalarAt, textOf, type ComposeNode, type DictNode } from './node';
import type { ImportReport } from './report';

/** What images without a version mean now, by the image as the Compose file names it. */
export type ImagePins = ReadonlyMap<string, CurrentVersion>;

/** The project with a version for each image that was found. Also records in the report what was found, and what was not. */
export function withPins(project: ComposeProject, pins: ImagePins): ComposeProject {
  const { root, report } = project;
  const services = nodeAt(root, 'services');
  if (services?.kind !== 'dict' || pins.size === 0) return project;
  const pinned = dictAt(
    entriesOf(services).map(([name, service]) => [name, withPin(service, pins, report)]),
    services,
  );
  return { ...project, root: dictAt([...root.entries, ['services', pinned]], root) };
}

function withPin(service: ComposeNode, pins: ImagePins, report: ImportReport): ComposeNode {
  const image = nodeAt(service, 'image');
  const reference = textOf(image);
  const pin = reference === undefined ? undefined : pins.get(reference);
  if (!image || reference === undefined || !pin) return service;
  if ('failed' in pin) {
    // A service that is built runs no image with this name.
    if (!nodeAt(service, 'build')) report.refused(image, noVersion(reference, pin.failed));
    return service;
  }
  report.converted(image, `${pin.from} has it as ${pin.reference}.`);
  return dictAt([...(service as DictNode).entries, ['image', scalarAt(pin.reference, image)]], service);
}

function noVersion(reference: string, failed: string): string {
  const name = reference.replace(/:latest$/, '');
  return `${reference} has no version. ${failed.replace(/\.?$/, '.')} Write one: Image.of('${name}:VERSION') in the chart, or image: ${name}:VERSION in the Compose file. Or run docker pull ${reference}, and import again with --pin. docs/compose.md shows how to accept it with a waiver.`;
}
