import { Document } from 'yaml';
import type { ManifestFile } from './synthesize';

/** By this line a later synthesis knows its own files from other people's. */
export const MARK = '# Written by callsign synth. Change the charts, not this file.';

/** A file as it is written: each object a document. */
export function renderFile({ manifests }: ManifestFile): string {
  return `${MARK}\n${manifests.map(({ object }) => `---\n${toYaml(object)}`).join('')}`;
}

/**
 * One value as YAML. A string that any version of YAML could take for something else is quoted: Kubernetes'
 * parser still knows 1.1, where `yes` is a boolean and `0777` a number.
 */
export function toYaml(value: unknown): string {
  return new Document(value, { aliasDuplicateObjects: false, compat: 'yaml-1.1' }).toString({ lineWidth: 0 });
}
