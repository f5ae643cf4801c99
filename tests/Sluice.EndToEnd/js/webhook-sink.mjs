// Takes webhooks, and checks each with the package of Standard Webhooks under every secret that it is given. Prints its port, and a line of JSON for
// each request. The first request of each delivery is answered with 503. Ends when its input does.
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const secrets = process.argv.slice(2);
const seen = new Set();

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }

  const body = Buffer.concat(chunks).toString('utf8');
  const problems = secrets.map((secret) => {
    try {
      new Webhook(secret).verify(body, request.headers);
      return null;
    } catch (error) {
      return error.message;
    }
  });
  const id = request.headers['webhook-id'];
  const status = seen.has(id) ? 204 : 503;
  seen.add(id);
  console.log(JSON.stringify({ id, status, problems, payload: JSON.parse(body) }));
  response.writeHead(status).end();
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit(0));
