import Testing

/// Whole farms: real processes, real containers, a real Portage. One at a time, as they share a host.
@Suite(
    .serialized, .timeLimit(.minutes(10)),
    .enabled(if: TestEnvironment.obstacle == nil, Comment(rawValue: TestEnvironment.obstacle ?? "")),
    .compactMapIssues { issue in
        TestFarm.current?.noteFailure()
        return issue
    })
enum EndToEnd {}
