/** Closes one after the other, the later ones also when one fails; rejects with the first failure. */
export async function closeAll(acts: readonly (() => Promise<void> | undefined)[]): Promise<void> {
  let failed: { readonly error: unknown } | undefined
  for (const act of acts) {
    try {
      await act()
    } catch (error) {
      failed ??= { error }
    }
  }
  if (failed) throw failed.error
}
