'use strict';
/** The calls, by number. In a chain, each microservice calls the next. In a star, the first calls all others. */
exports.callsOf = (n, shape) => Array.from({ length: n - 1 }, (_, i) => (shape === 'chain' ? [i, i + 1] : [0, i + 1]));
