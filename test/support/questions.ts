// Questions of the shipped checks, as tests answer them.
import type { CheckQuestion, ChoiceQuestion } from '../../server/content/programme.ts';

/** The choices of a question that has some; of any other kind none. */
export function choicesOf(question: CheckQuestion | undefined): ChoiceQuestion['choices'] {
  return question && 'choices' in question ? question.choices : [];
}
