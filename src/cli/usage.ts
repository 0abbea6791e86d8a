import type { Command } from './command';

/** The text of `callsign --help`. */
export function overview(commands: Readonly<Record<string, Command>>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  return [
    'callsign COMMAND',
    '',
    'Kubernetes manifests in TypeScript, where services call each other by name.',
    '',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Run callsign COMMAND --help for the options of a command.',
    '',
  ].join('\n');
}

/** The text of `callsign COMMAND --help`. */
export function usageOf(name: string, { usage, summary, options }: Command): string {
  const rows = Object.entries(options).map(
    ([option, { type, help }]) => [`--${option}${type === 'string' ? ' …' : ''}`, help] as const,
  );
  const width = Math.max(...rows.map(([option]) => option.length));
  return [
    `callsign ${name}${usage ? ` ${usage}` : ''}`,
    '',
    summary,
    '',
    ...rows.map(([option, help]) => `  ${option.padEnd(width)}  ${help}`),
    '',
  ].join('\n');
}
