import type { ManifestFile } from './synthesize';
import { keyText, scalarText } from './yaml-text';

/** By this line a later synthesis knows its own files from other people's. */
export const MARK = '# Written by callsign synth. Change the charts, not this file.';

/** A file as it is written: each object a document. */
export function renderFile({ manifests }: ManifestFile): string {
  return `${MARK}\n${manifests.map(({ object }) => `---\n${toYaml(object)}`).join('')}`;
}

/**
 * A value of JSON as YAML. Only the blocks of maps and lists are written here, which is all that a manifest is made
 * of; how each text has to stand is for the library to say, once for each text.
 */
export function toYaml(value: unknown): string {
  return isBlock(value) ? block(value, '') : `${inline(value, '')}\n`;
}

type Block = readonly unknown[] | Readonly<Record<string, unknown>>;

function block(value: Block, indent: string): string {
  let text = '';
  if (isList(value)) {
    // The first line of an item stands behind its dash.
    for (const item of value)
      text += `${indent}- ${isBlock(item) ? block(item, `${indent}  `).slice(indent.length + 2) : `${inline(item, indent)}\n`}`;
    return text;
  }
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    text += `${indent}${keyText(key, indent)}:${isBlock(item) ? `\n${block(item, `${indent}  `)}` : ` ${inline(item, indent)}\n`}`;
  }
  return text;
}

/** What stands on one line, or goes on below with its own indentation: a text of several lines. */
function inline(value: unknown, indent: string): string {
  if (typeof value === 'object' && value !== null) return isList(value) ? '[]' : '{}';
  return scalarText(value).replaceAll(/\n(?=.)/g, `\n${indent}`);
}

function isBlock(value: unknown): value is Block {
  return (
    typeof value === 'object' &&
    value !== null &&
    (isList(value) ? value.length > 0 : Object.values(value).some((item) => item !== undefined))
  );
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
