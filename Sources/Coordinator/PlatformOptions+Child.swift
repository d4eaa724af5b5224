import Subprocess

extension PlatformOptions {
    /// For programs that the coordinator runs and ends.
    static var child: PlatformOptions {
        var options = PlatformOptions()
        // A Ctrl-C at the coordinator's terminal is the coordinator's to handle.
        options.createSession = true
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(2))]
        return options
    }
}
