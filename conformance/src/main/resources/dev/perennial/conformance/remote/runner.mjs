// Runs the conformance rules on a client in JavaScript. Needs fetch: a browser, Node 18, Deno, Bun.
//
//   import { run } from './runner.mjs';
//   const report = await run({
//     server: 'http://127.0.0.1:8087/',
//     name: 'my client', transports: ['sse'], capabilities: ['reconnects', 'resumes'],
//     follow(instructions, report) {
//       const stream = new MyStream(instructions.url);
//       stream.onevent = (event) => report.event(event.id, event.type, event.data);
//       return () => stream.close();
//     },
//   });

/**
 * Runs a session to its end and returns its report.
 *
 * @param options.server the URL of the conformance server; starts a session with the options
 *     name, transports, capabilities, rules, seed, speed and atOnce
 * @param options.session the URL of a session that has already started, in place of server; then there
 *     is no report to return
 * @param options.follow starts a client, and returns (a promise of) what closes it. It is given
 *     the instructions, and a report with opened(), event(id, type, data), gap(detail),
 *     stored(cursor), completed() and failed(reason)
 * @param options.onVerdict is called with ({scenario, verdict, problems}) after each scenario
 */
export async function run({ server, session, follow, onVerdict = () => {}, ...request }) {
  const url = session ?? (await begin(server, request));
  const streams = new Map();
  const stopping = new Set();
  let failure;
  while (failure === undefined) {
    const { status, body } = await call(`${url}/next`, { method: 'POST' });
    if (status === 204) {
      break; // There is nothing more to do.
    } else if (status === 202) {
      continue; // There is nothing yet.
    } else if (body.do === 'follow') {
      streams.set(body.stream, start(`${url}/streams/${body.stream}`, follow, body.instructions));
    } else if (body.do === 'stop') {
      const stopped = stop(streams.get(body.stream))
        .then((verdict) => onVerdict({ scenario: body.scenario, ...verdict }))
        .catch((error) => (failure ??= error))
        .finally(() => stopping.delete(stopped));
      streams.delete(body.stream);
      stopping.add(stopped);
    }
  }
  await Promise.all(stopping);
  if (failure !== undefined) {
    throw failure;
  }
  return session ? undefined : (await call(`${url}/report`)).body;
}

async function begin(server, request) {
  const { body } = await call(new URL('sessions', server), {
    method: 'POST',
    body: JSON.stringify(request),
  });
  return body.url;
}

function start(url, follow, instructions) {
  const outbox = new Outbox(`${url}/observations`);
  const report = {
    opened: () => outbox.put({ kind: 'opened' }),
    event: (id, type, data) => outbox.put({ kind: 'event', id, type, data }),
    gap: (detail) => outbox.put({ kind: 'gap', detail }),
    stored: (cursor) => outbox.put({ kind: 'stored', cursor }),
    completed: () => outbox.put({ kind: 'completed' }),
    failed: (reason) => outbox.put({ kind: 'failed', reason: String(reason) }),
  };
  const closer = (async () => follow(instructions, report))().catch((error) => {
    report.failed(`could not be started: ${error}`);
    return () => {};
  });
  return { url, outbox, closer };
}

async function stop({ url, outbox, closer }) {
  const close = await closer;
  try {
    await close();
  } catch (error) {
    outbox.put({ kind: 'failed', reason: `could not be closed: ${error}` });
  }
  await outbox.flushed();
  return (await call(`${url}/stopped`, { method: 'POST' })).body;
}

/** Sends observations in their order, all at once that have gathered meanwhile. */
class Outbox {
  constructor(url) {
    this.url = url;
    this.waiting = [];
    this.isSending = false;
    this.sent = Promise.resolve();
  }

  put(observation) {
    this.waiting.push(observation);
    if (!this.isSending) {
      this.isSending = true;
      this.sent = this.send();
      this.sent.catch(() => {}); // flushed() says it.
    }
  }

  async send() {
    await undefined; // What is seen in the same turn goes together.
    while (this.waiting.length > 0) {
      const body = JSON.stringify(this.waiting.splice(0));
      await call(this.url, { method: 'POST', body });
    }
    this.isSending = false;
  }

  flushed() {
    return this.sent;
  }
}

async function call(url, options) {
  const answer = await fetch(url, options);
  const text = await answer.text();
  const body = text === '' ? undefined : JSON.parse(text);
  if (!answer.ok) {
    throw new Error(`${options?.method ?? 'GET'} ${url} was answered ${answer.status}: ${body?.error}`);
  }
  return { status: answer.status, body };
}
