import type { ManifestFile } from './synthesize';
import { TextBuffer } from './text-buffer';
import { keyText, scalarText } from './yaml-text';

/** The first line of each file. With it, a later synthesis recognizes its own files. */
export const MARK = '# Written by callsign synth. Change the charts, not this file.';

/** The text of a file, with one document per object. */
export function renderFile(file: ManifestFile): string {
  return textOf(fileBytes(file));
}

/** The content of a file, with one document per object. */
export function fileBytes({ manifests }: ManifestFile): Uint8Array {
  const out = new TextBuffer();
  out.append(`${MARK}\n`);
  for (const { object } of manifests) {
    out.append('---\n');
    write(object, out);
  }
  return out.toBytes();
}

/** A JSON value as YAML. This file writes maps and lists as blocks. yaml-text.ts writes the scalars. */
export function toYaml(value: unknown): string {
  const out = new TextBuffer();
  write(value, out);
  return textOf(out.toBytes());
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function write(value: unknown, out: TextBuffer): void {
  if (isBlock(value)) writeBlock(value, 0, 0, out);
  else writeLine(value, 0, out);
}

type Block = readonly unknown[] | Readonly<Record<string, unknown>>;

/** The first line of an item in a list follows its dash, so the indentation of the first line can be another one. */
function writeBlock(value: Block, first: number, indent: number, out: TextBuffer): void {
  let margin = first;
  if (isList(value)) {
    for (const item of value) {
      out.appendSpaces(margin);
      margin = indent;
      out.append('- ');
      if (isBlock(item)) writeBlock(item, 0, indent + 2, out);
      else writeLine(item, indent, out);
    }
    return;
  }
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    out.appendSpaces(margin);
    margin = indent;
    out.append(keyText(key, indent));
    if (isBlock(item)) {
      out.append(':\n');
      writeBlock(item, indent + 2, indent + 2, out);
    } else {
      out.append(': ');
      writeLine(item, indent, out);
    }
  }
}

/** A scalar or an empty block. The further lines of a multi-line string get the indentation. */
function writeLine(value: unknown, indent: number, out: TextBuffer): void {
  if (typeof value === 'object' && value !== null) out.append(isList(value) ? '[]' : '{}');
  else {
    const text = scalarText(value);
    out.append(text.includes('\n') ? text.replaceAll(/\n(?=.)/g, `\n${' '.repeat(indent)}`) : text);
  }
  out.append('\n');
}

function isBlock(value: unknown): value is Block {
  if (typeof value !== 'object' || value === null) return false;
  if (isList(value)) return value.length > 0;
  for (const key in value) if ((value as Readonly<Record<string, unknown>>)[key] !== undefined) return true;
  return false;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
