import { logConformance } from './conformance/log-conformance.ts';
import { replayConformance } from './conformance/replay-conformance.ts';
import { useJetStream } from './jetstream-support.ts';

describe('the log on JetStream', () => {
  const { open } = useJetStream();
  const openLog = async () => (await open()).log;

  logConformance(openLog);
  replayConformance(async () => {
    const log = await openLog();
    return { log, replayCursors: log.replayCursors };
  });
});
