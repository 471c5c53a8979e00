import './without-eval.ts'
import { openApi } from './data/api.ts'
import { openPage } from './data/open-page.ts'
import { signInByAddress } from './data/sign-in.ts'
import { PageShell } from './shell/page-shell.ts'

const api = openApi(document.baseURI)
await signInByAddress(api, location, history)
const page = openPage(api, location.hash)
addEventListener('hashchange', () => page.look(location.hash))
const shell = new PageShell()
shell.page = page
document.body.prepend(shell)
