import Subprocess

extension TerminationStatus {
    /// As a shell has it: 128 and the signal's number when a signal ended the program.
    var code: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }
}
