import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@playwright/test'

export const superuser = { email: 'admin@example.com', password: 'correct-horse-7' }

/** The program under test. */
function binary(): string {
  const path = process.env['UNDERPIN_BIN']
  if (path === undefined || path === '') throw new Error('Set UNDERPIN_BIN to the path of the server binary.')
  return path
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** A server of its own for one test file: its own port, its own folder. */
export class Server {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly child: ChildProcess,
    private readonly printed: string[],
  ) {}

  /** Starts on an empty folder, or on one that already has the superuser. */
  static async start(state: 'empty' | 'with superuser'): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'underpin-e2e-'))
    if (state === 'with superuser') {
      const args = ['superuser', 'upsert', superuser.email, superuser.password, '--dir', folder]
      const made = spawnSync(binary(), args, { encoding: 'utf8' })
      if (made.status !== 0) throw new Error(`superuser upsert failed:\n${made.stdout}${made.stderr}`)
    }
    const host = `127.0.0.1:${await freePort()}`
    const child = spawn(binary(), ['serve', '--http', host, '--dir', folder])
    const printed: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => printed.push(data.toString()))
    }
    const server = new Server(`http://${host}`, folder, child, printed)
    await expect.poll(() => server.health(), { message: 'the server answers', timeout: 30_000 }).toBe(200)
    return server
  }

  private async health(): Promise<number> {
    if (this.child.exitCode !== null) throw new Error(`the server ended:\n${this.printed.join('')}`)
    return fetch(`${this.url}/api/health`)
      .then((response) => response.status)
      .catch(() => 0)
  }

  /** The link that a server without superusers prints. */
  async setupLink(): Promise<string> {
    const find = () => /https?:\/\/\S*\/_\/#\/pbinstall\/[\w.-]+/.exec(this.printed.join(''))?.[0]
    await expect.poll(find, { message: 'the server prints the set-up link' }).toBeDefined()
    return find() ?? ''
  }

  /** Sends a request as the superuser, past the console. */
  async api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const signedIn = await this.send('POST', '/api/collections/_superusers/auth-with-password', '', {
      identity: superuser.email,
      password: superuser.password,
    })
    return this.send(method, path, String(signedIn['token']), body)
  }

  private async send(method: string, path: string, token: string, body: unknown) {
    const response = await fetch(this.url + path, {
      method,
      headers: { 'Content-Type': 'application/json', ...(token === '' ? {} : { Authorization: token }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve))
    if (this.child.exitCode === null) {
      this.child.kill('SIGTERM')
      await ended
    }
    await rm(this.folder, { recursive: true, force: true })
  }
}
