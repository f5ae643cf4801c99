// Drives a server with the official client, and prints as one JSON object what it saw.
// node elasticsearch.mjs --client 8|9 --endpoint URL --api-key KEY --documents N
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { client: { type: 'string' }, endpoint: { type: 'string' }, 'api-key': { type: 'string' }, documents: { type: 'string' } },
});
const { Client, errors } = await import(options.client === '8' ? 'elasticsearch-8' : '@elastic/elasticsearch');
const client = new Client({ node: options.endpoint, auth: { apiKey: options['api-key'] }, compression: true, maxRetries: 3 });
const stream = 'logs-shop-default';
const seen = {};

async function failure(call) {
  try {
    await call();
    return null;
  } catch (error) {
    if (!(error instanceof errors.ElasticsearchClientError)) {
      throw error;
    }

    return { name: error.name, status: error.statusCode, type: error.body?.error?.type };
  }
}

try {
  seen.version = (await client.info()).version.number;
  seen.license = (await client.license.get()).license.type;
  seen.health = (await client.cluster.health()).status;
  await client.cluster.putComponentTemplate({
    name: 'shop-mappings',
    template: { mappings: { dynamic: 'strict', properties: { '@timestamp': { type: 'date' }, number: { type: 'long' }, level: { type: 'keyword' }, message: { type: 'text' } } } },
  });
  await client.indices.putIndexTemplate({ name: 'shop', index_patterns: ['logs-shop-*'], data_stream: {}, composed_of: ['shop-mappings'], priority: 200 });
  seen.template = await client.indices.existsIndexTemplate({ name: 'shop' });

  const dropped = [];
  const documents = Array.from({ length: Number(options.documents) }, (_, number) => ({
    '@timestamp': new Date(Date.UTC(2026, 7, 1) + number * 1000).toISOString(), number, level: number % 10 === 0 ? 'error' : 'info', message: `Order ${number}`,
  }));
  documents.push({ '@timestamp': '2026-08-01T00:00:00Z', unknown: 1 }, { '@timestamp': '2026-08-01T00:00:00Z', number: 'many' }, { ...documents[0] });
  const bulk = await client.helpers.bulk({
    datasource: documents,
    onDocument: (document) => ({ create: { _index: stream, ...(document.number === undefined ? {} : { _id: `n${document.number}` }) } }),
    onDrop: (drop) => dropped.push({ status: drop.status, type: drop.error.type }),
    flushBytes: 10_000,
    concurrency: 3,
    retries: 20,
    wait: 1,
  });
  seen.bulk = { total: bulk.total, successful: bulk.successful, failed: bulk.failed };
  seen.dropped = dropped.sort((a, b) => a.status - b.status || a.type.localeCompare(b.type));

  await client.indices.refresh({ index: stream });
  seen.count = (await client.count({ index: 'logs-*' })).count;
  const found = await client.search({
    index: stream,
    size: 3,
    query: { bool: { filter: [{ term: { level: 'error' } }, { range: { number: { gte: 20 } } }] } },
    sort: [{ '@timestamp': 'asc' }],
    aggs: { levels: { terms: { field: 'level' } } },
    track_total_hits: true,
  });
  seen.search = { total: found.hits.total.value, numbers: found.hits.hits.map((hit) => hit._source.number), levels: found.aggregations.levels.buckets.length };
  const { data_streams: streams } = await client.indices.getDataStream({ name: stream });
  const backing = streams[0].indices[0].index_name;
  seen.mget = (await client.mget({ index: backing, ids: ['n1', 'none'] })).docs.map((document) => document.found);
  seen.rollover = (await client.indices.rollover({ alias: stream })).rolled_over;
  seen.again = (await client.create({ index: stream, id: 'n1', document: documents[1] })).result;
  seen.failures = [
    await failure(() => client.index({ index: stream, document: documents[1] })),
    await failure(() => client.create({ index: stream, id: 'n1', document: documents[1] })),
    await failure(() => client.search({ index: stream, sort: ['message'] })),
    await failure(() => client.get({ index: backing, id: 'none' })),
    await failure(() => new Client({ node: options.endpoint }).info()),
  ];
} catch (error) {
  seen.error = error.name;
  seen.reason = error.message;
}

console.log(JSON.stringify(seen));
await client.close();
