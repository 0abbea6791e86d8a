import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A file of manifests. A comment marks each line with a mistake: `replica: 3 #! field-unknown`. */
export interface Case {
  readonly name: string;
  readonly text: string;
  /** Whether an API server rejects it, according to its first line. */
  readonly refused: boolean;
  /** The marks, each as `LINE CODE`. */
  readonly marks: readonly string[];
}

/** The cases in a folder next to this file. */
export function casesIn(folder: string): Case[] {
  return readdirSync(join(__dirname, folder))
    .toSorted()
    .map((file) => {
      const text = readFileSync(join(__dirname, folder, file), 'utf8');
      const marks = text
        .split('\n')
        .flatMap((line, i) =>
          [...line.matchAll(/#! ([a-z -]+)$/g)].flatMap(([, codes]) =>
            codes!.split(' ').map((code) => `${i + 1} ${code}`),
          ),
        );
      return { name: basename(file, '.yaml'), text, refused: text.startsWith('# refused'), marks };
    });
}
