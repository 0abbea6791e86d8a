import { LiveLines } from '../../../src/cli/live-lines';
import { Screen } from './screen';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function liveOn(screen: Screen, size: Screen['size'] | undefined = screen.size): LiveLines {
  return new LiveLines({ out: screen.out, error: screen.out, environment: {}, terminal: false, size });
}

const frame = () => jest.advanceTimersByTime(250);

test('output scrolls above the lines, which stay at the bottom', () => {
  const screen = new Screen(20, 6);
  const live = liveOn(screen);
  let n = 0;
  live.show(() => ['table', `value ${++n}`]);
  live.io.out('one\n');
  frame();
  expect(screen.text).toEqual(['one', 'table', 'value 1', '']);
  live.io.out('two\n');
  live.io.error('three\n');
  live.io.out('a line that is longer than the terminal\n');
  frame();
  expect(screen.all).toEqual([
    'one',
    'two',
    'three',
    'a line that is longe',
    'r than the terminal',
    'table',
    'value 2',
    '',
  ]);
  frame();
  expect(screen.text.slice(-3)).toEqual(['table', 'value 3', '']);
  live.io.out('four\n');
  live.end();
  expect(screen.all).toEqual(['one', 'two', 'three', 'a line that is longe', 'r than the terminal', 'four', '', '']);
  expect(screen.text.filter(Boolean)).not.toContain('table');
});

test('one write for each frame, at most four a second, and none without a change', () => {
  const screen = new Screen(20, 6);
  const live = liveOn(screen);
  let text = 'a';
  live.show(() => [text]);
  for (let i = 0; i < 100; i++) {
    live.io.out(`line ${i}\n`);
    jest.advanceTimersByTime(10);
  }
  expect(screen.writes).toHaveLength(4);
  jest.advanceTimersByTime(5_000);
  expect(screen.writes).toHaveLength(4);
  text = 'b';
  frame();
  expect(screen.writes).toHaveLength(5);
  // The line is overwritten: it is never empty.
  expect(screen.writes[4]).toBe('\u001B[?2026h\u001B[1Ab\u001B[K\n\u001B[?2026l');
  // The cursor is never hidden, and the screen is never cleared.
  // oxlint-disable-next-line no-control-regex -- These are control characters.
  expect(screen.writes.join('')).not.toMatch(/\u001B\[\?25l|\u001B\[\d?J/);
});

test('fewer lines, more lines and full lines leave nothing behind', () => {
  const screen = new Screen(5, 8);
  const live = liveOn(screen);
  let lines = ['aaaaa', 'bbbbb', 'ccccc'];
  live.show(() => lines);
  frame();
  expect(screen.text).toEqual(['aaaaa', 'bbbbb', 'ccccc', '']);
  lines = ['d'];
  frame();
  expect(screen.text.filter(Boolean)).toEqual(['d']);
  lines = ['e', 'f'];
  frame();
  expect(screen.text.filter(Boolean)).toEqual(['e', 'f']);
  lines = [];
  frame();
  expect(screen.text.filter(Boolean)).toEqual([]);
});

test('a terminal that becomes narrower wraps the lines, and all of them are removed', () => {
  const screen = new Screen(30, 20);
  const live = liveOn(screen);
  live.show(({ columns }) => ['a row of the table with numbers'.slice(0, columns), 'short']);
  live.io.out('before\n');
  frame();
  screen.resize(10);
  expect(screen.text).toEqual(['before', 'a row of t', 'he table w', 'ith number', 'short', '']);
  frame();
  expect(screen.text.filter(Boolean)).toEqual(['before', 'a row of t', 'short']);
  screen.resize(40);
  frame();
  expect(screen.text.filter(Boolean)).toEqual(['before', 'a row of the table with numbers', 'short']);
});

test('programs cannot move the cursor, and their colors end at their line', () => {
  const screen = new Screen(40, 20);
  const live = liveOn(screen);
  live.show(() => ['table']);
  live.io.out('\u001B[2J\u001B[Hred: \u001B[31mred\r\u001B[?25l\u001Bc\b\n');
  frame();
  expect(screen.writes[0]).toBe('\u001B[?2026hred: \u001B[31mred\n\u001B[0mtable\u001B[K\n\u001B[?2026l');
});

test('without a terminal, everything is written as it comes', () => {
  const screen = new Screen(40, 20);
  const live = new LiveLines({ out: screen.out, error: screen.out, environment: {}, terminal: false });
  live.show(() => ['table']);
  live.io.out('one\r\n');
  live.io.error('two\n');
  live.end();
  jest.advanceTimersByTime(1_000);
  expect(screen.writes).toEqual(['one\r\n', 'two\n']);
});

test('before and after the lines, everything is written as it comes', () => {
  const screen = new Screen(40, 20);
  const live = liveOn(screen);
  live.io.out('one\n');
  expect(screen.writes).toHaveLength(1);
  live.show(() => ['table']);
  frame();
  live.end();
  live.end();
  live.io.out('two\n');
  expect(screen.writes.at(-1)).toBe('two\n');
  expect(screen.text.filter(Boolean)).toEqual(['one', 'two']);
});
