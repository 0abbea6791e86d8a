import { isIPv4, isIPv6 } from 'node:net';
import type { V1IPBlock } from '@kubernetes/client-node';
import { listOf } from '../check/world/values';

/** Addresses from the first to the last. IPv6 addresses follow the IPv4 addresses on one line of numbers. */
interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

/** A set of addresses. The intervals do not overlap. */
export type AddressSet = readonly Interval[];

const IPV4_END = 2n ** 32n;
const IPV4: Interval = { first: 0n, last: IPV4_END - 1n };
const IPV6: Interval = { first: IPV4_END, last: IPV4_END + 2n ** 128n - 1n };

/** Every address. */
export const ALL_ADDRESSES: AddressSet = [IPV4, IPV6];

/** The addresses of an ipBlock. A malformed block has none. */
export function addressesOf({ cidr, except }: V1IPBlock): AddressSet {
  return without(intervalsOf(cidr), listOf(except).flatMap(intervalsOf));
}

/** Whether the set contains every IPv4 address. Most clusters have no others. */
export function isEverywhere(set: AddressSet): boolean {
  return without([IPV4], set).length === 0;
}

/** The addresses of the first set that the second set does not contain. */
export function without(set: AddressSet, removed: AddressSet): AddressSet {
  return removed.reduce<AddressSet>(
    (left, { first, last }) =>
      left.flatMap((interval) =>
        last < interval.first || first > interval.last
          ? [interval]
          : [
              { first: interval.first, last: first - 1n },
              { first: last + 1n, last: interval.last },
            ].filter((part) => part.first <= part.last),
      ),
    set,
  );
}

/** `10.0.0.0/8 except 10.1.0.0/16` */
export function blockText({ cidr, except }: V1IPBlock): string {
  const left = listOf(except).map(String).toSorted();
  return left.length > 0 ? `${cidr} except ${left.join(', ')}` : cidr;
}

function intervalsOf(cidr: unknown): Interval[] {
  const [, address = '', length] = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i.exec(String(cidr)) ?? [];
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : undefined;
  if (bits === undefined || Number(length ?? bits) > bits) return [];
  const size = 2n ** BigInt(bits - Number(length ?? bits));
  const value = bits === 32 ? ipv4(address) : ipv6(address);
  const first = (value / size) * size + (bits === 32 ? 0n : IPV4_END);
  return [{ first, last: first + size - 1n }];
}

function ipv4(address: string): bigint {
  return address.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
}

/** The value of an address such as `fd00::1` or `::ffff:10.0.0.1`. */
function ipv6(address: string): bigint {
  const written = address.replace(/[\d.]+$/, (tail) => {
    if (!tail.includes('.')) return tail;
    const value = ipv4(tail);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
  const [head = '', tail] = written.split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}
