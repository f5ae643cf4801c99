// Sends and reads CloudEvents with the CloudEvents SDK for JavaScript, and prints each as JSON, one a line.
//
//   node cloudevents.mjs send --endpoint URL --mode binary|structured|batched --count N
//   node cloudevents.mjs read --mode structured|batched --file PATH
//   node cloudevents.mjs listen
//
// `listen` prints its port, then for each request its content type with its events, or with what the SDK has against it. Ends when its input does.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { CloudEvent, HTTP } from 'cloudevents';

const [command, ...words] = process.argv.slice(2);
const options = Object.fromEntries(words.reduce((pairs, word, i) => (i % 2 === 0 ? [...pairs, [word.slice(2), words[i + 1]]] : pairs), []));
const { endpoint, mode } = options;
const types = { structured: 'application/cloudevents+json', batched: 'application/cloudevents-batch+json' };

function make(i) {
  const common = {
    id: `${mode}-${i}`,
    source: 'https://example.com/shop?a=b',
    type: 'com.example.order.paid',
    subject: 'orders/7 "€" 100%',
    time: new Date(1700000000000 + i).toISOString(),
    tenant: 'blue',
    traceparent: '00-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174-01',
    // Headers know text only.
    ...(mode === 'binary' ? {} : { attempt: i, final: i % 2 === 0 }),
  };
  switch (i % 4) {
    case 0:
      return new CloudEvent({ ...common, datacontenttype: 'application/json', dataschema: 'https://example.com/order.json', data: { order: i, lines: [1.5, null, true, 'ü'] } });
    case 1:
      return new CloudEvent({ ...common, datacontenttype: 'text/plain', data: `order ${i}\n"paid"` });
    case 2:
      return new CloudEvent({ ...common, datacontenttype: 'application/octet-stream', data: new Uint8Array([0, 1, 254, 255, i]) });
    default:
      return new CloudEvent({ ...common, datacontenttype: 'application/json' });
  }
}

async function post({ headers, body }) {
  const bytes = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(`${value}`, 'utf8').toString('latin1')]));
  const response = await fetch(endpoint, { method: 'POST', headers: bytes, body });
  if (response.status !== 202) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
}

function receive({ headers, body }) {
  const type = headers['content-type'];
  // The SDK leaves the decoding of attributes in headers (HTTP binding, 3.1.3.2) to its user, and takes an empty body for an empty text as data.
  const decoded = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, name.startsWith('ce-') ? decodeURIComponent(value) : value]));
  const read = HTTP.toEvent({ headers: decoded, body: type === 'application/octet-stream' ? body : body.toString('utf8') || undefined });
  const events = Array.isArray(read) ? read : [read];
  events.forEach(event => event.validate());
  return { type, events };
}

function listen() {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }

    try {
      print(receive({ headers: request.headers, body: Buffer.concat(chunks) }));
      response.writeHead(204).end();
    } catch (error) {
      print({ type: request.headers['content-type'], problem: error.message });
      response.writeHead(400).end(error.message);
    }
  });

  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.stdin.resume().on('end', () => process.exit(0));
}

const print = event => console.log(JSON.stringify(event));

if (command === 'send') {
  const events = Array.from({ length: Number(options.count) }, (_, i) => make(i));
  if (mode === 'batched') {
    // The SDK reads batches and leaves writing them to its user.
    await post({ headers: { 'content-type': types.batched }, body: JSON.stringify(events) });
  } else {
    await Promise.all(events.map(event => post(HTTP[mode](event))));
  }

  events.forEach(print);
} else if (command === 'listen') {
  listen();
} else {
  const lines = readFileSync(options.file, 'utf8').split('\n').filter(line => line);
  const bodies = mode === 'batched' ? [`[${lines.join(',')}]`] : lines;
  for (const body of bodies) {
    const read = HTTP.toEvent({ headers: { 'content-type': types[mode] }, body });
    for (const event of Array.isArray(read) ? read : [read]) {
      event.validate();
      print(event);
    }
  }
}
