// Writes at a steady rate while something else goes on, and tells how long the answers took.
//   node server/bench/backup.mjs BASE TOKEN RATE OUT   until standard input ends
import http from 'node:http'
import fs from 'node:fs'

const [base, token, rate, out] = process.argv.slice(2)
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 })
const address = new URL('/api/collections/bulk/records', base)
const taken = []
const bySecond = []
const acknowledged = []
const statuses = {}
let number = 0
let isOver = false
let underWay = 0

function write() {
  const body = JSON.stringify({ title: `live ${number++}`, body: 'x'.repeat(200) })
  const start = process.hrtime.bigint()
  underWay++
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length, Authorization: token }
  const request = http.request(address, { method: 'POST', agent, headers }, (answer) => {
    let text = ''
    answer.on('data', (part) => (text += part))
    answer.on('end', () => {
      underWay--
      statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1
      const took = Number(process.hrtime.bigint() - start) / 1e6
      taken.push(took)
      ;(bySecond[Math.floor((Date.now() - began) / 1000)] ??= []).push(took)
      if (answer.statusCode === 200) acknowledged.push([Date.now(), JSON.parse(text).id])
    })
  })
  request.on('error', (error) => {
    underWay--
    statuses[error.code] = (statuses[error.code] ?? 0) + 1
  })
  request.end(body)
}

process.stdin.on('end', () => (isOver = true)).resume()
const began = Date.now()
const timer = setInterval(() => {
  const due = ((Date.now() - began) / 1000) * Number(rate)
  while (!isOver && number < due && underWay < 5000) write()
  if (!isOver || underWay > 0) return
  clearInterval(timer)
  agent.destroy()
  const part = (times, share) => {
    times.sort((one, other) => one - other)
    return times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  }
  const at = (share) => part(taken, share).toFixed(1)
  const slow = bySecond.flatMap((times, second) => (part(times, 0.99) > 50 ? [second] : []))
  const seconds = (Date.now() - began) / 1000
  console.log(
    `${taken.length} writes in ${seconds.toFixed(1)} s (${(taken.length / seconds).toFixed(0)}/s), ` +
      `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, p99.9 ${at(0.999)} ms, max ${at(1)} ms, ` +
      `answers ${JSON.stringify(statuses)}; ` +
      `${slow.length} seconds whose own p99 is above 50 ms: ${slow.join(' ')}`,
  )
  fs.writeFileSync(out, JSON.stringify(acknowledged))
}, 2)
