// Ships documents with the JavaScript client of Elasticsearch as an application does: asks who is there, sets up a template, sends with the
// helper for bulk requests, and prints what it was answered. Each document is event SEQ-<n>.
//
//   node bulk.mjs --endpoint HOST:PORT --compression none|gzip --count N --run ID
import { Client } from '@elastic/elasticsearch';

const options = Object.fromEntries(
  process.argv.slice(2).reduce((pairs, word, i, words) => (i % 2 === 0 ? [...pairs, [word.slice(2), words[i + 1]]] : pairs), []));
const count = Number(options.count);
const client = new Client({
  node: `http://${options.endpoint}`,
  compression: options.compression === 'gzip',
  sniffOnStart: true,
  maxRetries: 20,
});

async function* documents() {
  for (let i = 0; i < count; i++) {
    yield {
      '@timestamp': new Date(1_770_000_000_000 + i).toISOString(),
      message: `SEQ-${i} grüße ✓`,
      log: { level: i % 7 === 0 ? 'error' : 'info' },
      service: { name: `js-${options.run}`, version: '1.2.3' },
      trace: { id: (i + 1).toString(16).padStart(32, '0') },
      'span.id': (i + 1).toString(16).padStart(16, '0'),
      labels: { run: options.run },
      seq: i,
      ratio: i + 0.5,
      order: { items: [{ id: i }, { id: null }], paid: i % 2 === 0 },
    };
  }
}

const info = await client.info();
const health = await client.cluster.health();
await client.indices.putIndexTemplate({ name: 'shop', index_patterns: ['logs-shop-*'], data_stream: {} });

// Half of them with an id of their own, as an application that may send again does.
const dropped = [];
const sent = await client.helpers.bulk({
  datasource: documents(),
  flushBytes: 100_000,
  concurrency: 4,
  refreshOnCompletion: true,
  onDocument: document => ({ create: { _index: 'logs-shop-test', ...(document.seq % 2 === 0 ? { _id: `SEQ-${document.seq}` } : {}) } }),
  onDrop: drop => dropped.push(drop.error.reason),
});

// What is not taken is told item by item, and the rest of the request is taken.
const mixed = await client.bulk({
  operations: [
    { delete: { _index: 'journal', _id: '1' } },
    { index: { _index: 'journal' } },
    { message: 'beside', service: { name: `js-${options.run}` } },
  ],
});
const alone = await client.index({ index: 'journal', id: 'one', document: { message: 'alone', service: { name: `js-${options.run}` } } });

console.log(JSON.stringify({
  version: info.version.number,
  health: health.status,
  nodes: client.connectionPool.size,
  successful: sent.successful,
  failed: sent.failed,
  retried: sent.retry,
  dropped,
  mixed: mixed.items.map(item => Object.values(item)[0].status),
  alone: alone.result,
}));
await client.close();
