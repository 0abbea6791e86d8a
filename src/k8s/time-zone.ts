/** Whether Kubernetes accepts the time zone. Intl also accepts `europe/berlin` and `+01:00`, but Kubernetes does not. */
export function isTimeZone(timeZone: string): boolean {
  try {
    const { timeZone: known } = new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions();
    return (
      /^[A-Z]\w*([/+-]\w+)*$/.test(timeZone) && (known === timeZone || known.toLowerCase() !== timeZone.toLowerCase())
    );
  } catch {
    return false;
  }
}
