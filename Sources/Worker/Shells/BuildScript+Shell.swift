internal import Shared

/// A shell for a person, in the root of a build.
extension BuildScript {
    /// Ends by itself only when the person leaves. Its standard input is the person's terminal: that the worker is gone it
    /// knows by a pipe of the file system.
    /// - Parameter terminal: the name of the person's.
    func shell(installing missing: [DependencyPackage], terminal: String) -> String {
        """
        #!/bin/bash
        # Written by binfarm: a shell where \(task.cpv) is built.
        \(ShellScript.machine)
        \(ShellScript.watchdog(reading: "<\(ContainerLayout.script)/\(ShellRun.lifeline)"))
        \(pinning)
        \(environment)
        export MAKEOPTS=-j\(task.jobs)
        export PKGDIR=\(ContainerLayout.packages)
        export DISTDIR=\(ContainerLayout.distfiles)
        # Nobody could have it go on.
        trap '' TSTP
        \(installing(missing))
        trap - TSTP
        export TERM=\(terminal)
        export EBUILD=$(portageq get_repo_path / \(task.repository))/\(task.cpv.cp)/\(task.cpv.pf).ebuild
        cd \(ContainerLayout.work)/\(task.cpv)/work 2>/dev/null || cd \(ContainerLayout.work)
        cat <<'END'

        This is where \(task.subject) is built. There is no network, and what you do here changes nothing of the farm.
        Phases of the ebuild: ebuild $EBUILD configure (or compile, install, …). Work directory: \(ContainerLayout.work)
        END
        PS1='\(task.cpv.pf) \\w \\$ ' bash --norc --noprofile -i
        exit 0

        """
    }
}
