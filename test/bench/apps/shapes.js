'use strict';
/** Who calls whom, by number: in a chain each calls the next; in a star the first calls all others. */
exports.callsOf = (n, shape) => Array.from({ length: n - 1 }, (_, i) => (shape === 'chain' ? [i, i + 1] : [0, i + 1]));
