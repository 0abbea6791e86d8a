import { callsign, temporaryFolder, type Ran } from '../cli/run';
import type { ReportEntry } from '../../src/compose/load/report';

/** The result of an import. */
export interface Result extends Ran {
  readonly chart: string;
  readonly report: readonly ReportEntry[];
  readonly secrets: readonly string[];
  readonly warnings: readonly string[];
  readonly decisions: readonly { rank: string; message: string }[];
  readonly problems: readonly { code: string; message: string; fix: string; place?: { file: string; line: number } }[];
}

/** A folder with Compose files, and the import of its `compose.yaml`. */
export function composeFolder() {
  const folder = temporaryFolder();
  const files = {
    get path() {
      return folder.path;
    },
    put: (name: string, text: string) => folder.put(name, text),
    /** Imports this text, or the files in the folder. */
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
      return { report: [], chart: '', secrets: [], warnings: [], decisions: [], problems: [], ...parsed, ...ran };
    },
    /** The lines of the chart, which has no problems. */
    chartOf: async (text: string, environment: Record<string, string> = {}): Promise<string> => {
      const { chart, problems } = await files.import(text, [], environment);
      expect(problems).toEqual([]);
      return body(chart);
    },
    /** What the key at this path becomes. */
    statusOf: async (text: string, path: string): Promise<ReportEntry | undefined> =>
      (await files.import(text)).report.find((entry) => entry.path === path),
    /** A place without the folder: `compose.yaml:3`. */
    at: ({ file, line }: { file: string; line: number }) => `${file.split('/').at(-1)}:${line}`,
  };
  return files;
}

/** The lines of the chart after `new Namespace`. */
export function body(chart: string): string {
  return chart
    .slice(chart.indexOf('new Namespace'), chart.indexOf('\n  }\n}'))
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^ {4}/, ''))
    .join('\n')
    .trim();
}

/** A Compose file with one service. */
export const service = (keys: string, rest = ''): string =>
  `services:\n  web:\n    image: shop/web:1.0.0\n${keys.replace(/^(?=.)/gm, '    ')}\n${rest}`;
