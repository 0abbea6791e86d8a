// The conformance suite for every implementation of the log. `open` returns another handle on the same log, as another
// process has.
import type { Log } from '../../../../services/event-bus/log.ts';
import { appendConformance } from './append.ts';
import { cursorConformance } from './cursors.ts';
import { deadLetterConformance } from './dead-letters.ts';
import { Fixture } from './fixture.ts';

export function logConformance(open: () => Promise<Log>): void {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = new Fixture(await open(), await open());
  });
  const next = () => {
    fixture.next();
    return fixture;
  };
  appendConformance(next);
  cursorConformance(next);
  deadLetterConformance(next);
}
