// The npm package eventsource under the conformance rules: node node.mjs <URL of the session>

import { EventSource } from 'eventsource';
import { following } from './eventsource.mjs';

const session = process.argv[2];
const runner = await (await fetch(new URL('/runner.mjs', session))).text();
const { run } = await import(`data:text/javascript,${encodeURIComponent(runner)}`);

// Rules make handlers throw on purpose, which must not end the process.
process.on('uncaughtException', (error) => console.error(error));

await run({
  session,
  follow: following(
    (instructions) =>
      new EventSource(instructions.url, {
        fetch: (url, init) =>
          fetch(url, { ...init, headers: { ...init.headers, ...instructions.headers } }),
      }),
    (error) => (error.code === 204 ? undefined : `${error.code ?? ''} ${error.message ?? ''}`),
  ),
});
