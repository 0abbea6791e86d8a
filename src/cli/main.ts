import { own } from '../basics/own';
import { CallsignError, EnvironmentError } from '../problems/problem';
import type * as ApplyModule from './commands/apply';
import type * as CheckModule from './commands/check';
import type * as CompletionModule from './commands/completion';
import type * as DevModule from './commands/dev';
import type * as DiffModule from './commands/diff';
import type * as DoctorModule from './commands/doctor';
import type * as GraphModule from './commands/graph';
import type * as HistoryModule from './commands/history';
import type * as ImagesModule from './commands/images';
import type * as ImportModule from './commands/import';
import type * as InitModule from './commands/init';
import type * as LogsModule from './commands/logs';
import type * as RequirementsModule from './commands/requirements';
import type * as RestartModule from './commands/restart';
import type * as RollbackModule from './commands/rollback';
import type * as ScheduleModule from './commands/schedule';
import type * as StartModule from './commands/start';
import type * as StatusModule from './commands/status';
import type * as SynthModule from './commands/synth';
import { UsageError, type Command, type Io } from './command';
import { guessCommand } from './guess';
import { printJson, printProblems } from './output';
import { parse } from './parse';
import { overview, usageOf } from './usage';
import { VERSION } from './version';

/** All commands, by name. Each is loaded on first use: loading takes longer than most commands. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  get synth() {
    return (require('./commands/synth') as typeof SynthModule).synth;
  },
  get check() {
    return (require('./commands/check') as typeof CheckModule).checkCommand;
  },
  get requirements() {
    return (require('./commands/requirements') as typeof RequirementsModule).requirements;
  },
  get graph() {
    return (require('./commands/graph') as typeof GraphModule).graph;
  },
  get diff() {
    return (require('./commands/diff') as typeof DiffModule).diff;
  },
  get apply() {
    return (require('./commands/apply') as typeof ApplyModule).apply;
  },
  get history() {
    return (require('./commands/history') as typeof HistoryModule).history;
  },
  get rollback() {
    return (require('./commands/rollback') as typeof RollbackModule).rollback;
  },
  get status() {
    return (require('./commands/status') as typeof StatusModule).status;
  },
  get logs() {
    return (require('./commands/logs') as typeof LogsModule).logs;
  },
  get restart() {
    return (require('./commands/restart') as typeof RestartModule).restart;
  },
  get schedule() {
    return (require('./commands/schedule') as typeof ScheduleModule).schedule;
  },
  get init() {
    return (require('./commands/init') as typeof InitModule).init;
  },
  get import() {
    return (require('./commands/import') as typeof ImportModule).importCommand;
  },
  get images() {
    return (require('./commands/images') as typeof ImagesModule).images;
  },
  get start() {
    return (require('./commands/start') as typeof StartModule).start;
  },
  get dev() {
    return (require('./commands/dev') as typeof DevModule).dev;
  },
  get doctor() {
    return (require('./commands/doctor') as typeof DoctorModule).doctor;
  },
  get completion() {
    return (require('./commands/completion') as typeof CompletionModule).completionOf(COMMANDS);
  },
};

/**
 * Runs one command line and returns its exit code. 0: done. 1: problems. 2: wrong command line, or a file cannot be
 * read or written.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    io.error(overview(COMMANDS));
    return 2;
  }
  if (name === 'help' && rest[0] !== undefined) return main([rest[0], '--help'], io);
  if (['--help', '-h', 'help'].includes(name)) {
    io.out(overview(COMMANDS));
    return 0;
  }
  if (['--version', '-v'].includes(name)) {
    io.out(`${VERSION}\n`);
    return 0;
  }
  const command = own(COMMANDS, name);
  if (!command) {
    const guess = guessCommand(name, Object.keys(COMMANDS));
    io.error(
      `callsign: Unknown command: ${JSON.stringify(name)}.${guess ? ` Did you mean ${guess}?` : ''}\nRun callsign --help for all commands.\n`,
    );
    return 2;
  }
  try {
    const args = parse(name, command, rest);
    if (args.options.help) {
      io.out(usageOf(name, command));
      return 0;
    }
    return await command.run(args, io);
  } catch (error) {
    if (error instanceof CallsignError) {
      if (rest.includes('--json')) printJson({ problems: error.problems }, io);
      else printProblems(error.problems, io);
      return error instanceof EnvironmentError ? 2 : 1;
    }
    if (isSystemError(error)) {
      io.error(`callsign ${name}: ${error.message}\n`);
      return 2;
    }
    if (!(error instanceof UsageError)) throw error;
    io.error(`callsign ${name}: ${error.message}\n${error.hint}`);
    return 2;
  }
}

/** An error of the operating system, such as a missing file. Its message names the file and the reason. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (error as NodeJS.ErrnoException | undefined)?.syscall !== undefined;
}
