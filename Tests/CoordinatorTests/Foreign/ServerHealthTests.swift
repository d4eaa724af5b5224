import Testing

@testable import Coordinator

struct ServerHealthTests {
    @Test func `A server is given up after three silences in a row, and only that one`() {
        let health = ServerHealth()
        #expect(!health.wasSilent("a"))
        #expect(!health.wasSilent("a"))
        health.answered("a")
        #expect(!health.wasSilent("a"))
        #expect(!health.wasSilent("a"))
        #expect(!health.isGivenUp("a"))
        #expect(health.wasSilent("a"))
        #expect(!health.wasSilent("a"), "it is told once")
        #expect(health.isGivenUp("a"))
        #expect(!health.isGivenUp("b"))
    }
}
