import Core
import Logging
import Shared
import ZeroMQ

/// Shells for people in the roots of builds: opened on a worker, their words passed on.
extension Dispatcher {
    func openShell(_ open: WireShellOpen, _ client: Client, _ request: UInt64, _ scheduler: Scheduler) throws {
        try demandOperator(client, to: "open a shell")
        guard open.terminal.isTerminalName else {
            throw Refusal(.invalid, "TERM is no name of a terminal", "set it to one such as xterm-256color")
        }
        let job = try choose(open.package, open.states, for: .log, run: open.run, scheduler)
        guard !job.isResolving else {
            throw Refusal(.invalid, "resolving has no root", "name a package")
        }
        guard let build = scheduler.buildTask(of: job),
            let image = scheduler.durable.runs[job.run]?.record.request.image
        else {
            let missing = scheduler.status(of: job)?.waitingFor.first?.description ?? "a package"
            throw Refusal(
                .unavailable,
                "\(scheduler.name(of: job)) has no root yet: \(missing), which it is built with, is not there",
                "farmctl why tells how that stands")
        }
        let place = try placeOfShell(job, fresh: open.fresh, scheduler)
        guard let route = routes[place.worker], let shell = shells.open(for: client, request, on: place.worker) else {
            throw Refusal(.unavailable, "too many shells are open", "close one")
        }
        var start = WireCoordinatorMessage()
        start.shellStart.session = shell.session
        start.shellStart.image = image.wire
        start.shellStart.build = build.wire
        if let failed = place.failed { start.shellStart.failed = failed.wire }
        start.shellStart.terminal = open.terminal
        if open.hasSize { start.shellStart.size = open.size }
        // That ends the shell, and tells so.
        guard transmit(start, to: .connection(route.peer)) else { return disconnect(place.worker) }
        logger.info(
            "shell opened",
            metadata: ["for": "\(client.name)", "in": "\(build.cpv)", "worker": "\(place.worker)"])
        var word = WireShellWord()
        word.data = .init("binfarm: \(place.text)\r\n".utf8)
        tell(word, to: shell)
    }

    private struct Place {
        var worker: WorkerName
        /// What it left there may be there still.
        var failed: AttemptID?
        /// For the person.
        var text: String
    }

    /// Where the build failed; else where most slots are free.
    private func placeOfShell(_ job: JobID, fresh: Bool, _ scheduler: Scheduler) throws -> Place {
        let here = self.scheduler.workers().filter { $0.connected && routes[$0.name]?.isWelcome == true }
        var text = ""
        if !fresh, let last = scheduler.durable[job]?.attempts.last, case .failed? = last.record.end {
            let worker = last.record.worker
            if here.contains(where: { $0.name == worker }) {
                return Place(
                    worker: worker, failed: AttemptID(job: job, fence: last.fence), text: "on worker \(worker)")
            }
            text = " (it failed on worker \(worker), which is not connected)"
        }
        let free = { (worker: WorkerView) in Int(worker.offer?.slots ?? 0) - worker.running.count }
        guard let worker = here.max(by: { free($0) == free($1) ? $0.name > $1.name : free($0) < free($1) }) else {
            throw Refusal(.unavailable, "no worker is connected", "farmctl workers tells which there are")
        }
        return Place(worker: worker.name, text: "on worker \(worker.name)\(text)")
    }

    /// What is typed.
    func passOn(_ word: WireShellWord, from client: Client, _ request: UInt64) throws {
        guard let shell = shells.shell(of: client, request), let route = routes[shell.worker] else {
            throw Refusal(.notFound, "this shell has ended", "open another")
        }
        guard word.data.count <= ShellWindow.piece else { throw WireError("data", "is too long") }
        shells.heard(shell)
        if word.ended { shells.close(shell) }
        var message = WireCoordinatorMessage()
        message.shell = word
        message.shell.session = shell.session
        // What a person types is no reason to take the worker for gone.
        guard transmit(message, to: .connection(route.peer)) || word.ended else {
            return end(shell, because: "the connection to worker \(shell.worker) is lost")
        }
    }

    /// What is printed.
    func passOn(_ word: WireShellWord, from worker: WorkerName) {
        guard let shell = shells.shell(word.session, on: worker), word.data.count <= ShellWindow.piece else {
            if !word.ended { endShell(word.session, on: worker) }
            return
        }
        if word.ended { shells.close(shell) }
        // A farmctl that is gone has no use for a shell.
        guard tell(word, to: shell) || word.ended else {
            shells.close(shell)
            return endShell(word.session, on: worker)
        }
    }

    /// Nobody has the shell any more.
    private func endShell(_ session: UInt64, on worker: WorkerName) {
        guard let route = routes[worker] else { return }
        var message = WireCoordinatorMessage()
        message.shell.session = session
        message.shell.ended = true
        transmit(message, to: .connection(route.peer))
    }

    /// The worker is gone.
    func endShells(on worker: WorkerName) {
        for shell in shells.closeAll(on: worker) { end(shell, because: "the connection to worker \(worker) is lost") }
    }

    /// Their people are gone.
    func endSilentShells() {
        for shell in shells.silent(since: .now - ShellWindow.patience) {
            end(shell, because: "nothing was heard of farmctl")
            endShell(shell.session, on: shell.worker)
        }
    }

    private func end(_ shell: ShellRegistry.Shell, because reason: String) {
        shells.close(shell)
        var word = WireShellWord()
        word.ended = true
        word.reason = reason
        tell(word, to: shell)
    }

    @discardableResult
    private func tell(_ word: WireShellWord, to shell: ShellRegistry.Shell) -> Bool {
        var message = WireCoordinatorMessage()
        message.request = shell.request
        message.shell = word
        message.shell.session = 0
        message.shell.reason = word.reason.oneLine(atMost: 1000)
        return transmit(message, to: shell.client.peer)
    }
}
