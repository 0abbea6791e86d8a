const DATE =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}:\d{1,2}:\d{1,2})(\.\d{1,9})?|[Tt](\d{1,2}:\d{1,2}:\d{1,2})(\.\d{1,9})?(Z|[-+]\d{2}:\d{2}))?$/;

/** The text that Compose makes of an unquoted date: `2001-12-14` is `2001-12-14 00:00:00 +0000 UTC`. Undefined if it is no date. */
export function dateIn(source: string): string | undefined {
  const found = DATE.exec(source);
  if (!found) return undefined;
  const [, year = '', month = '', day = ''] = found;
  const time = found[4] ?? found[6] ?? '0:0:0';
  const fraction = (found[5] ?? found[7] ?? '').replace(/\.?0+$/, '');
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  // Both the 30th of February and 25 o'clock would be another day.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), hour, minute, second));
  const exists = date.getUTCDate() === Number(day) && date.getUTCMonth() === Number(month) - 1;
  if (!exists || hour > 23 || minute > 59 || second > 59) return undefined;
  const two = (part: string | number) => String(part).padStart(2, '0');
  const offset = found[8] === undefined || found[8] === 'Z' ? undefined : found[8].replace(':', '');
  const zone = offset === undefined ? '+0000 UTC' : `${offset} ${offset}`;
  return `${year}-${two(month)}-${two(day)} ${[hour, minute, second].map(two).join(':')}${fraction} ${zone}`;
}
