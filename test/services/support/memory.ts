declare function gc(): void;

/** The bytes in use after a garbage collection. */
export function memoryInUse(): number {
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
