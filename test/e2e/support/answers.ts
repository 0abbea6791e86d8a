import { kindOf, type Answer } from './gateway';
import { sleep } from './until';

/** How often each kind of answer was seen, by the name of the request. */
export type Answers<Name extends string> = Readonly<Record<Name, Record<string, number>>>;

/** Sends all requests at the same time, again and again for some seconds, and counts the kinds of their answers. */
export async function countAnswers<Name extends string>(
  requests: Readonly<Record<Name, () => Promise<Answer>>>,
  { seconds, pauseMs, meanwhile }: { seconds: number; pauseMs: number; meanwhile?: () => Promise<void> },
): Promise<Answers<Name>> {
  const named = Object.entries(requests) as [Name, () => Promise<Answer>][];
  const seen = Object.fromEntries(named.map(([name]) => [name, {}])) as Record<Name, Record<string, number>>;
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await sleep(pauseMs)) {
    const answers = named.map(async ([name, ask]) => [name, kindOf(await ask())] as const);
    for (const [name, kind] of await Promise.all(answers)) {
      const kinds: Record<string, number> = seen[name];
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    }
    await meanwhile?.();
  }
  return seen;
}
