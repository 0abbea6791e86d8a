import { nearest } from '../../basics/nearest';
import { isReason } from '../../basics/reason';
import { show } from '../../basics/text';
import { capabilitiesOf, RUN_AS, validExceptions, type SecurityException } from '../../k8s/exceptions';
import { CAPABILITIES } from '../../k8s/pod-security';
import { row, type ProblemRow } from '../../problems/problem';
import type { OptionNames } from '../../problems/unknown-options';
import { enumValue } from './value-problems';

/** The names of the options. */
export const EXCEPTION_OPTIONS: OptionNames<SecurityException> = {
  runAs: true,
  rootFilesystem: true,
  capability: true,
  reason: true,
};

/** The fix of a user that is not accepted. */
export const ROOT_EXCEPTION =
  " If the image must start as root, declare the exception runAs: 'root' or 'as-in-docker'.";

type Found = Generator<ProblemRow>;
const CODE = 'exception-invalid';

/** The problems of the exceptions of one container. `user` is its option, if it is set. */
export function* exceptionProblems(field: string, exceptions: readonly SecurityException[], user: unknown): Found {
  if (!Array.isArray(exceptions)) {
    yield row(CODE, {
      message: 'The exceptions are not a list.',
      field,
      expected: 'a list',
      got: show(exceptions),
      fix: `Write ${field}: [{ rootFilesystem: 'writable', reason: '…' }].`,
    });
    return;
  }
  const kinds = new Set<string>();
  const ofRunAs = validExceptions(exceptions).find(({ runAs }) => runAs);
  for (const [i, exception] of exceptions.entries()) {
    const at = `${field}[${i}]`;
    yield* oneProblems(at, exception as SecurityException);
    const { runAs, rootFilesystem, capability } = Object(exception) as SecurityException;
    const kind = runAs ? 'runAs' : rootFilesystem ? 'rootFilesystem' : `capability ${capability}`;
    if (kinds.has(kind))
      yield row(CODE, {
        message: 'The container has this exception twice.',
        field: at,
        expected: 'each exception once',
        got: show(runAs ?? rootFilesystem ?? capability),
        fix: 'Remove the second exception, or change it.',
      });
    kinds.add(kind);
    if (capability !== undefined && ofRunAs && capabilitiesOf(ofRunAs).includes(capability))
      yield row(CODE, {
        message: `The container has this capability already, with runAs: ${show(ofRunAs.runAs)}.`,
        field: at,
        expected: `a capability other than ${capabilitiesOf(ofRunAs).join(', ')}`,
        got: show(capability),
        fix: 'Remove the exception with this capability.',
      });
    if (runAs !== undefined && user !== undefined)
      yield row(CODE, {
        message: `The option user conflicts with runAs: ${show(runAs)}.`,
        field: at,
        expected: 'user or runAs',
        got: `user: ${show(user)}`,
        fix: 'Remove the exception: with user, the container runs as that user. Or remove user.',
      });
  }
}

function* oneProblems(at: string, exception: SecurityException): Found {
  const given = Object(exception) as SecurityException;
  const { runAs, rootFilesystem, capability, reason } = given;
  if ([runAs, rootFilesystem, capability].filter((value) => value !== undefined).length !== 1)
    yield row(CODE, {
      message: 'An exception says exactly one thing.',
      field: at,
      expected: 'one of runAs, rootFilesystem and capability',
      got: show(Object.keys(given).join(', ')),
      fix: 'Write one exception for each, with the reason of each.',
    });
  if (runAs !== undefined) yield* enumValue(`${at}.runAs`, runAs, RUN_AS, CODE);
  if (rootFilesystem !== undefined) yield* enumValue(`${at}.rootFilesystem`, rootFilesystem, ['writable'], CODE);
  if (capability !== undefined) yield* capabilityProblems(`${at}.capability`, capability);
  if (!isReason(reason))
    yield row(CODE, {
      message: 'The reason for the exception is missing.',
      field: `${at}.reason`,
      expected: 'a sentence with the reason',
      got: show(reason ?? null),
      fix: "Write what the image does, for instance reason: 'The image unpacks its plugins into its own folder.'",
    });
}

function* capabilityProblems(field: string, capability: unknown): Found {
  if (CAPABILITIES.has(capability)) return;
  const name = String(capability).toUpperCase().replace(/^CAP_/, '');
  const guess = name === 'ALL' ? undefined : nearest(name, CAPABILITIES as ReadonlySet<string>);
  yield row(CODE, {
    message: name === 'ALL' ? 'ALL is not one capability.' : 'The capability is unknown.',
    field,
    expected: 'the name of one capability without the prefix CAP_, such as NET_RAW',
    got: show(capability),
    fix: guess ? `Did you mean ${guess}?` : 'Name the capability that the program needs. Its documentation lists it.',
  });
}
