import Documents
import Shared

/// The dashboard on a person's terminal, from its first picture to the key that ends it.
struct DashboardSession {
    let connection: ConnectionOptions
    let person: PersonTerminal
    /// As it is now.
    let terminal: @Sendable () -> Terminal

    /// Bytes of keys taken at once.
    private static let keysAtOnce = 1024
    private static let standardSize = (width: 80, height: 24)
    /// The second screen that terminals have, so that what was there before comes back; no cursor meanwhile.
    /// Lines that are too wide after all, such as for characters of two columns, are cut off and not continued.
    private static let enter = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l"
    private static let leave = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"
    private static let home = "\u{1B}[H"
    private static let eraseLine = "\u{1B}[K"
    /// Pictures are this far apart at least: much may come in between.
    private static let pause = Duration.milliseconds(40)

    func run() async throws {
        let (events, sender) = AsyncStream.makeStream(of: DashboardFeed.Event.self)
        let feed = DashboardFeed(connection: connection, events: sender)
        try await person.raw {
            await person.write(Array(Self.enter.utf8))
            // Nothing cancels a read from a terminal: it is left to itself at the end.
            let typing = Task {
                while case let bytes = await person.read(atMost: Self.keysAtOnce), !bytes.isEmpty {
                    sender.yield(.keys(Key.decode(bytes)))
                }
                sender.finish()
            }
            let resizing = Task { for await _ in person.resizes() { sender.yield(.resized) } }
            let result: Result<Void, any Error>
            do { result = .success(try await follow(events, feed)) } catch { result = .failure(error) }
            typing.cancel()
            resizing.cancel()
            await person.write(Array(Self.leave.utf8))
            try result.get()
        }
    }

    private func follow(_ events: AsyncStream<DashboardFeed.Event>, _ feed: DashboardFeed) async throws {
        var dashboard = Dashboard()
        var lastSeen: ContinuousClock.Instant?
        var wantsAll = false
        var asking = Task { await feed.news(all: false) }
        var reading: Task<Void, Never>?
        var opened = 0
        var lastDrawn = ContinuousClock.now
        var willDraw = false
        defer {
            asking.cancel()
            reading?.cancel()
        }
        await draw(&dashboard)
        for await event in events {
            switch event {
            case .keys(let keys):
                for key in keys {
                    switch dashboard.press(key) {
                    case .quit: return
                    case .openLog(let run, let cpv):
                        reading?.cancel()
                        opened += 1
                        reading = Task { [opened] in await feed.log(of: cpv, run: run, opened: opened) }
                    case .closeLog: reading?.cancel()
                    case .drain(let worker, let resume): Task { await feed.drain(worker, resume: resume) }
                    case .retry(let run, let cpv): Task { await feed.retry(cpv, run: run) }
                    case .refresh, nil: break
                    }
                }
                guard dashboard.wantsAllJobs != wantsAll else { break }
                wantsAll = dashboard.wantsAllJobs
                asking.cancel()
                asking = Task { [wantsAll] in await feed.news(all: wantsAll) }
            case .resized: break
            case .news(let news):
                lastSeen = .now
                dashboard.take(news)
            case .silence(let error):
                // Nobody was ever there: then the configuration is wrong, or the coordinator does not run.
                guard let lastSeen else { throw error }
                dashboard.silence = .now - lastSeen
            case .logBegins(let cpv, opened): dashboard.logBegins(cpv)
            case .log(let text, opened): dashboard.take(log: text)
            // Of one that is closed already.
            case .logBegins, .log: break
            case .draw: willDraw = false
            case .done(let line): dashboard.tell(line)
            case .failed(let error): throw error
            }
            let since = ContinuousClock.now - lastDrawn
            if since >= Self.pause {
                await draw(&dashboard)
                lastDrawn = .now
            } else if !willDraw {
                willDraw = true
                Task {
                    try? await Task.sleep(for: Self.pause - since)
                    feed.events.yield(.draw)
                }
            }
        }
        try Task.checkCancellation()
    }

    private func draw(_ dashboard: inout Dashboard) async {
        let terminal = terminal()
        let width = terminal.width ?? Self.standardSize.width
        let height = terminal.height ?? Self.standardSize.height
        dashboard.logHeight = max(1, height - 3)
        let lines = dashboard.picture(width: width, height: height)
            .map { Self.eraseLine + $0.rendered(terminal.palette) }
        // In one go: a picture is never seen half.
        await person.write(Array((Self.home + lines.joined(separator: "\r\n")).utf8))
    }
}
