import type { ManifestFile } from './synthesize';
import { keyText, scalarText } from './yaml-text';

/** The first line of each file. With it, a later synthesis recognizes its own files. */
export const MARK = '# Written by callsign synth. Change the charts, not this file.';

/** The text of a file, with one document per object. */
export function renderFile({ manifests }: ManifestFile): string {
  return `${MARK}\n${manifests.map(({ object }) => `---\n${toYaml(object)}`).join('')}`;
}

/** A JSON value as YAML. This file writes maps and lists as blocks. yaml-text.ts writes the scalars. */
export function toYaml(value: unknown): string {
  return isBlock(value) ? block(value, '') : `${inline(value, '')}\n`;
}

type Block = readonly unknown[] | Readonly<Record<string, unknown>>;

function block(value: Block, indent: string): string {
  let text = '';
  if (isList(value)) {
    // The first line of an item follows its dash.
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

/** A scalar or an empty block. The further lines of a multi-line string get the indentation. */
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
