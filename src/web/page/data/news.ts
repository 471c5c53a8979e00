/** What a person is told: on the page, and by the browser where it may. `id` names what it is about, so that it is told once. */
export interface News {
  readonly id: string
  readonly at: number
  readonly title: string
  readonly text: string
  readonly href: string
  readonly bad: boolean
}
