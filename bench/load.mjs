import { get } from 'node:http';

const CONNECTIONS = 8;

/** The body of the answer to one request. */
export function ask(agent, port, path) {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      response.once('end', () => resolve(text));
    }).once('error', reject);
  });
}

/** So many requests for work, several at a time. */
export async function load(agent, port, requests) {
  let left = requests;
  const connection = async () => {
    while (left-- > 0) await ask(agent, port, '/work');
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
}
