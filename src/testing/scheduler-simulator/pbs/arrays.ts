/** What of an array is told, in awk: the array itself, as `-s` of its first element, and its elements while it is there. */
export const arrays = `
# Whether all elements of the array of which an element is s are over.
function is_array_over(s, i) {
  for (i = array_at[base_of[s]]; base_of[i] == base_of[s]; i++) if (!is_over(i)) return 0
  return 1
}

# An element that is over is there as long as its array.
function is_gone(s) { return element_of[s] == "" ? is_over(s) : is_array_over(s) }

# Sets shown[1..shows] to the jobs that are told, each array before its elements; all: the elements too.
function tell(s, all) {
  if (element_of[s] != "" && array_at[base_of[s]] == s) shown[++shows] = -s
  if (element_of[s] == "" || all) shown[++shows] = s
}

function called(s) {
  if (s < 0) return base_of[-s] "[].pbshost"
  return base_of[s] (element_of[s] == "" ? "" : "[" element_of[s] "]") ".pbshost"
}
`
