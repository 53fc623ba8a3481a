/**
 * Asks a Redis or Valkey server for a PONG with its password, by the wire protocol (RESP) alone.
 */
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A RESP array of bulk strings: values cannot break out of it. */
function command(...words) {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/**
 * Resolves to true when the server behind a redis:// or rediss:// URL answers PONG; rejects with its answer
 * (wrong password, loading) otherwise.
 * @param {string} url
 * @returns {Promise<true>}
 */
export function redisAnswers(url, withinMs = 3000) {
  const { protocol, hostname, port, username, password } = new URL(url);
  const target = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 6379) };
  const secret = decodeURIComponent(password);
  const login = secret ? command('AUTH', decodeURIComponent(username) || 'default', secret) : '';
  return new Promise((resolve, reject) => {
    const socket =
      protocol === 'rediss:' ? connectTls({ ...target, servername: target.host }) : connectPlain(target);
    let heard = '';
    const fail = (error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(withinMs, () => fail(new Error('no answer')));
    socket.once('error', fail);
    socket.write(login + command('PING'));
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      if (/^-/m.test(heard)) fail(new Error(heard.trim().split('\r\n').pop()));
      if (!heard.includes('+PONG')) return;
      socket.destroy();
      resolve(true);
    });
  });
}
