// Sends webhooks as the packages of their senders sign them, and prints a line of JSON for each answer. Each goes out as it was signed, again, and
// with another body under the same signature.
import { sign } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';

const [endpoint, secret, standardSecret] = process.argv.slice(2);

const github = JSON.stringify({ action: 'opened', repository: { name: 'shöp', owner: { login: 'acme' } }, sender: { login: 'ann' } });
const stripe = JSON.stringify({ id: 'evt_1', type: 'charge.failed', created: 1767225599, livemode: false, data: { object: { id: 'ch_1' } } }, null, 2);
const standard = JSON.stringify({ type: 'invoice.paid', timestamp: '2026-01-01T00:00:00.5Z', data: { id: 'inv_1' } });
const now = new Date();
const requests = [
  { path: 'github', body: github, headers: { 'X-GitHub-Event': 'issues', 'X-GitHub-Delivery': 'd-1', 'X-Hub-Signature-256': await sign(secret, github) } },
  { path: 'stripe', body: stripe, headers: { 'Stripe-Signature': Stripe.webhooks.generateTestHeaderString({ payload: stripe, secret }) } },
  {
    path: 'standard',
    body: standard,
    headers: {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(standardSecret).sign('msg_1', now, standard),
    },
  },
];

for (const { path, body, headers } of requests) {
  for (const [kind, sent] of [['signed', body], ['repeated', body], ['changed', body.replace(/1/, '2').replace('acme', 'acne')]]) {
    const answer = await fetch(`${endpoint}/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: sent });
    console.log(JSON.stringify({ path, kind, status: answer.status }));
  }
}
