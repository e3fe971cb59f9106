/** The words of the page, for whoever has not met them: what waits where, and what becomes of it. */

const WORDS: readonly (readonly [word: string, text: string])[] = [
  [
    'SYN, SYN-ACK, ACK',
    'The three packets that open a TCP connection: the client asks, the server answers, the client confirms.',
  ],
  ['half-open', 'The server has answered a SYN and waits for the ACK. It does so in a slot of the SYN queue.'],
  ['SYN queue', 'Half-open connections of a listener.'],
  ['accept queue', 'Connections that are complete and wait until the application calls accept(): Recv-Q of ss.'],
  [
    'backlog',
    'The number that the application gives to listen(): it bounds the accept queue, and on many kernels the SYN queue too.',
  ],
  [
    'dropped',
    'The server did not answer a SYN, since a queue was full. The client sends it again, one second later in most systems.',
  ],
  ['SYN cookie', 'An answer to a SYN that takes no slot: what the server has to remember comes back with the ACK.'],
  ['SYN flood', 'SYNs from addresses where nobody answers, so that each slot is held until it times out.'],
  ['stack', 'The kernel whose listener is simulated. It runs here as a model of it, rule by rule.'],
  ['seed', 'Where the random numbers begin: the same seed gives the same run, here and on the command line.'],
  ['rules', 'Codes such as B2.4 name what the model follows, from a source or a measurement: halfopen explain B2.4.'],
];

export function Words() {
  return (
    <details class="known">
      <summary>What the words mean</summary>
      <dl class="words">
        {WORDS.map(([word, text]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
