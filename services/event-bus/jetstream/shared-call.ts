/**
 * Callers that arrive while the work runs share its next run. So each caller gets a result that is not older than its
 * call.
 */
export function sharedCall<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const start = (): Promise<T> => {
    const run = work();
    running = run;
    const end = () => {
      if (running === run) running = undefined;
    };
    run.then(end, end);
    return run;
  };
  const startNext = () => {
    next = undefined;
    return start();
  };
  return () => (running ? (next ??= running.then(startNext, startNext)) : start());
}
