/** A pure function of a text that remembers its latest answers. */

const MOST_ANSWERS = 50_000;

/** The same function; beyond a limit the oldest answer is forgotten. */
export function remembering<Answer extends object>(
  find: (text: string) => Answer,
  mostAnswers = MOST_ANSWERS,
): (text: string) => Answer {
  const answers = new Map<string, Answer>();
  return (text) => {
    const known = answers.get(text);
    if (known) return known;
    const answer = find(text);
    answers.set(text, answer);
    const [oldest] = answers.size > mostAnswers ? answers.keys() : [];
    if (oldest !== undefined) answers.delete(oldest);
    return answer;
  };
}
