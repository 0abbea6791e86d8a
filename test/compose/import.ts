import { callsign, temporaryFolder, type Ran } from '../cli/run';
import type { Entry } from '../../src/compose/load/report';

/** What a compose file became. */
export interface Result extends Ran {
  readonly chart: string;
  readonly report: readonly Entry[];
  readonly secrets: readonly string[];
  readonly warnings: readonly string[];
  readonly problems: readonly { code: string; message: string; fix: string; place?: { file: string; line: number } }[];
}

/** A folder with compose files, and the import of its `compose.yaml`. */
export function composeFolder() {
  const folder = temporaryFolder();
  return {
    get path() {
      return folder.path;
    },
    put: (name: string, text: string) => folder.put(name, text),
    /** Imports a text, or the files that were put there. */
    async import(
      text: string | undefined,
      args: readonly string[] = [],
      environment: Record<string, string> = {},
    ): Promise<Result> {
      if (text !== undefined) folder.put('compose.yaml', text);
      const ran = await callsign(['import', 'compose', `${folder.path}/compose.yaml`, '--json', ...args], {
        environment,
      });
      const parsed = (ran.out.startsWith('{') ? JSON.parse(ran.out) : {}) as Partial<Result>;
      return { report: [], chart: '', secrets: [], warnings: [], problems: [], ...parsed, ...ran };
    },
    /** Where something stands, without the folder: `compose.yaml:3`. */
    at: ({ file, line }: { file: string; line: number }) => `${file.split('/').at(-1)}:${line}`,
  };
}

/** The chart's lines between `new Namespace` and its end, without what every microservice has. */
export function body(chart: string): string {
  return chart
    .slice(chart.indexOf('new Namespace'), chart.indexOf('\n  }\n}'))
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^ {4}/, ''))
    .join('\n')
    .trim();
}

/** A service as the shortest compose file has it. */
export const service = (keys: string, rest = ''): string =>
  `services:\n  web:\n    image: shop/web:1.0.0\n${keys.replace(/^(?=.)/gm, '    ')}\n${rest}`;
