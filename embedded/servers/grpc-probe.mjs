/**
 * Asks a Temporal server, over plain HTTP/2, whether it is ready, without any gRPC library. Owns: two unary
 * calls with hand-made protobuf. Used for servers that we started ourselves only (no TLS, no API keys).
 */
import { connect } from 'node:http2';

const ANSWER_WITHIN_MS = 2000;

/** A length-delimited string field (protobuf wire type 2); short texts only. */
function textField(number, text) {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

/** One unary gRPC call: resolves to the answer's bytes, rejects unless grpc-status is 0. */
function call(address, path, message) {
  return new Promise((resolve, reject) => {
    const session = connect(`http://${address}`);
    const finish = (act) => {
      session.destroy();
      act();
    };
    session.once('error', (error) => finish(() => reject(error)));
    const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request(headers);
    const chunks = [];
    let status;
    const readStatus = (fields) => (status = fields['grpc-status'] ?? status);
    stream.setTimeout(ANSWER_WITHIN_MS, () => finish(() => reject(new Error('no answer'))));
    stream.on('response', readStatus);
    stream.on('trailers', readStatus);
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.once('error', (error) => finish(() => reject(error)));
    stream.once('end', () =>
      finish(() =>
        String(status) === '0' ? resolve(Buffer.concat(chunks)) : reject(new Error(`grpc-status ${status}`)),
      ),
    );
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([frame, message]));
  });
}

/**
 * True when the server answers, knows the namespace and has registered these search attributes in it.
 * @param {string} address host:port
 * @param {{namespace: string, searchAttributes: string[]}} wanted
 */
export async function temporalIsReady(address, { namespace, searchAttributes }) {
  const describe = '/temporal.api.workflowservice.v1.WorkflowService/DescribeNamespace';
  await call(address, describe, textField(1, namespace));
  const list = '/temporal.api.operatorservice.v1.OperatorService/ListSearchAttributes';
  const attributes = (await call(address, list, textField(1, namespace))).toString('latin1');
  return searchAttributes.every((name) => attributes.includes(name));
}
