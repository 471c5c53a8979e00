import type { AbeyanceError } from '../../core/error.ts'
import { nobodyAnswers } from './login-failure.ts'
import type { LoginWay } from './login-way.ts'
import type { Ask } from './surroundings.ts'
import type { SshTarget } from './target.ts'

export interface Questioner {
  /** Who answers; nobody, when not given: then nothing is begun that would ask. */
  readonly ask: Ask | undefined
  /** No way is left, or nobody answers: the connection is closed. */
  giveUp(error: AbeyanceError): void
  /** Lets a person take minutes. */
  patiently<T>(waiting: Promise<T>): Promise<T>
}

type Asked = Pick<SshTarget, 'name' | 'user'>

/** The host's own questions, such as a code of a second factor. It may ask several times. */
export function byQuestions({ name, user }: Asked, { ask, giveUp, patiently }: Questioner): LoginWay {
  return {
    kind: 'keyboard-interactive',
    label: 'answers to its questions',
    prepare: async () => ({
      method: {
        type: 'keyboard-interactive',
        username: user,
        prompt(title, instructions, _language, prompts, finish) {
          const questions = prompts.map(({ prompt, echo }) => ({ text: prompt, secret: echo !== true }))
          const answering = answersTo(name, ask, { host: name, title, instructions, questions })
          patiently(answering).then(finish, giveUp)
        },
      },
    }),
  }
}

export function byPassword({ name, user }: Asked, { ask }: Questioner): LoginWay {
  const questions = [{ text: `Password of ${name}: `, secret: true }]
  return {
    kind: 'password',
    label: 'a password',
    prepare: async () => {
      const [password = ''] = await answersTo(name, ask, {
        host: name,
        title: '',
        instructions: '',
        questions,
      })
      return { method: { type: 'password', username: user, password } }
    },
  }
}

/** As many answers as there are questions; more or fewer would break off the login. */
async function answersTo(name: string, ask: Ask | undefined, asked: Parameters<Ask>[0]): Promise<string[]> {
  const answers = await ask?.(asked).catch(() => undefined) // why nobody answers is theirs, and may hold what they typed
  if (!answers) throw nobodyAnswers(name)
  return asked.questions.map((_, at) => answers[at] ?? '')
}
