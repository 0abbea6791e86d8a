import { own } from '../basics/own';
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
    'Run callsign COMMAND --help for the options of a command, and callsign --version for the version.',
    '',
  ].join('\n');
}

/** The text of `callsign COMMAND --help`. */
export function usageOf(name: string, command: Command): string {
  const { usage, summary, options, notes = '' } = command;
  const parts = [optionLines(command, ...Object.keys(options)), notes].filter((text) => text !== '');
  return [`callsign ${name}${usage ? ` ${usage}` : ''}`, '', summary, '', parts.join('\n')].join('\n');
}

/** The help texts of some options of a command, a line each. */
export function optionLines({ options }: Command, ...names: readonly string[]): string {
  const rows = names.flatMap((name) => {
    const option = own(options, name);
    return option ? [[`--${name}${option.type === 'string' ? ' …' : ''}`, option.help] as const] : [];
  });
  const width = Math.max(...rows.map(([option]) => option.length));
  return rows.map(([option, help]) => `  ${option.padEnd(width)}  ${help}\n`).join('');
}
