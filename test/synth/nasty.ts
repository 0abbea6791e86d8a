/** Texts that some parser of YAML takes for something else, refuses, or cuts in two where they are not quoted with care. */
export const NASTY: readonly string[] = [
  // Booleans and nulls of YAML 1.1 and 1.2.
  'yes', 'Yes', 'no', 'on', 'OFF', 'y', 'n', 'Y', 'N', 'true', 'True', 'FALSE', '~', 'null', 'Null', 'NULL', '',
  // Numbers, octals, sexagesimals, dates.
  '0', '-0', '+1', '00', '08', '0777', '0o17', '0x1F', '0b101', '1e3', '1E5', '1_000', '.5', '5.', '1.5', '1:2', '12:30:45', '190:20:30.15',
  '.inf', '-.INF', '.nan', '.NaN', '2001-01-01', '2001-12-14t21:59:43.10-05:00', '2001-12-14 21:59:43.10 -5', '1.2.3.4', '\u0661',
  // Marks of the language.
  '-', '- a', '?', '? a', ':', '::', 'a:', ':a', 'a: b', 'a:b', '#', '#x', 'a #x', '|', '|-', '>', '>+', '&a', '*a', '!', '!a', '!!str', '!!binary aGk=', '%', '%YAML 1.1',
  '@', '`', '<<', '=', '{', '{}', '{a: b}', '[', '[]', ']', ',', '"', "'", 'a\'b"c', '\\', '\\n', '"a": b', '---', '--- a', '...', '---\n', 'a\n...\nb', '%a\n%b',
  // A second document, smuggled in.
  '\n---\nkind: ClusterRoleBinding', 'a\n---\nkind: ClusterRoleBinding\n', '"\n---\nkind: ClusterRoleBinding', "'\n---\nkind: ClusterRoleBinding",
  // White space.
  ' ', '  ', ' a', 'a ', '\t', '\ta', 'a\t', 'a\tb', '\n', '\n\n', ' \n', '\n ', '\t\n', 'a\n', 'a\n\n', 'a\n\n\n', '\na', '\n\na', '  a\nb', 'a\n  b', 'a\n b\n', 'a \nb', 'a\n\tb', '\n\ta', 'a\n ', 'a\n\n ',
  '\r', 'a\r', '\ra', 'a\rb', 'a\r\nb', 'a\r\n', '\u00a0', 'a\u00a0',
  // Control characters, and those that break lines for some parsers only.
  '\0', 'a\0b', '\x01', '\x07\x08\x0b\x0c', '\x1b[31m', '\x7f', '\x80', '\x85', 'a\x85b', '\x9f', '\u2028', 'a\u2028b', '\u2029', 'a\u2029\nb', '\ufeff', '\ufeffa', 'a\ufeffb', '\ufffe', '\uffff', '\ufffd',
  // Beyond: emoji, combined letters, right to left, and half of a pair.
  '😀', '👩‍👩‍👧', 'e\u0301', 'שלום', '日本語: はい', '\ud800', 'a\udc00b',
  // Names that JavaScript gives a meaning.
  '__proto__', 'constructor', 'toString',
  // Long lines; parsers look for the colon of a key within 1,024 characters.
  ...[998, 999, 1000, 1001, 1022, 1023, 1024, 1025, 5000].map((length) => 'x'.repeat(length)), '😀'.repeat(1000), 'word '.repeat(2000), `${'a: b '.repeat(300)}\n---\n`, `- ${'x'.repeat(200)}\n`.repeat(20),
];
