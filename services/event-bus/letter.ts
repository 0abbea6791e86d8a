export interface LetterPlace {
  readonly subscriber: string;
  readonly partition: number;
  readonly offset: number;
}

/** The name of a subscriber, or of a replay of it. */
const SUBSCRIBER = '[a-z0-9-]{1,63}(?:@\\d{1,15})?';
const ID = new RegExp(`^(${SUBSCRIBER})\\.(\\d{1,4})\\.(\\d{1,15})$`);
const NAME = new RegExp(`^${SUBSCRIBER}$`);

export function isSubscriberName(name: string): boolean {
  return NAME.test(name);
}

/** The id of a dead letter. An event that becomes a dead letter again keeps its id. */
export function letterId({ subscriber, partition, offset }: LetterPlace): string {
  return `${subscriber}.${partition}.${offset}`;
}

export function parseLetterId(letter: string): LetterPlace | undefined {
  const match = ID.exec(letter);
  return match ? { subscriber: match[1]!, partition: Number(match[2]), offset: Number(match[3]) } : undefined;
}
