// Prints what publint and arethetypeswrong say about a packed package, as JSON.
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';

const [, , tarball = ''] = process.argv;
const data = readFileSync(tarball);
const { messages } = await publint({ strict: true, pack: { tarball: new Uint8Array(data).buffer } });
const { types, problems } = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
console.log(JSON.stringify({ messages, types, problems }));
