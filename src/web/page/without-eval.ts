import { z } from 'zod'

// zod compiles schemas where it may; here nothing may be made from text, and trying would be reported as an attack. It has to
// be said before the first schema is made: this file is imported first.
z.config({ jitless: true })
