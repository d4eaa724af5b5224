import Shared
import Testing

@testable import Worker

struct StageClockTests {
    private let begin = ContinuousClock.now

    @Test func `Each stage lasts until the next begins, the last one until the end`() {
        let clock = StageClock()
        clock.enter("unpack", at: begin)
        clock.enter("compile", at: begin + .seconds(2))
        // A package with several such lines.
        clock.enter("compile", at: begin + .seconds(5))
        clock.enter("install", at: begin + .seconds(9))
        #expect(
            clock.finish(at: begin + .seconds(10)) == [
                .init(name: "unpack", wall: 2000), .init(name: "compile", wall: 7000),
                .init(name: "install", wall: 1000),
            ])
    }

    @Test func `A build that prints stages for ever fills no memory`() {
        let clock = StageClock()
        for number in 0..<10_000 { clock.enter(number.isMultiple(of: 2) ? "a" : "b", at: begin + .seconds(number)) }
        #expect(clock.finish(at: begin + .seconds(20_000)).count <= 65)
    }

    @Test func `Stages begin with the lines of Portage and of the script`() {
        #expect(BuildStage.begun(by: ">>> Compiling source in /var/tmp/portage/a/b-1/work ...") == "compile")
        #expect(BuildStage.begun(by: ">>> Install a/b-1 into /var/tmp/portage/a/b-1/image") == "install")
        #expect(BuildStage.begun(by: "\(BuildScript.Marker.trying)a/b-1") == "trial")
        #expect(BuildStage.begun(by: ">>> Source compiled.") == nil)
    }
}
