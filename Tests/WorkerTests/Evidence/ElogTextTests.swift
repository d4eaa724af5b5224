import Shared
import Testing

@testable import Worker

struct ElogTextTests {
    @Test func `Each run of lines is a message of its class and phase`() {
        let text = """
            LOG: configure
            an elog
            WARN: configure
            a warning

            LOG: of the package, not of Portage
            QA: compile
            QA Notice: bad thing
            LOG: postinst

            """
        #expect(
            ElogText.messages(text) == [
                .init(kind: "LOG", phase: "configure", text: "an elog"),
                .init(kind: "WARN", phase: "configure", text: "a warning\n\nLOG: of the package, not of Portage"),
                .init(kind: "QA", phase: "compile", text: "QA Notice: bad thing"),
            ])
    }

    @Test func `What is no elog gives no messages`() {
        #expect(ElogText.messages("") == [])
        #expect(ElogText.messages("lines\nwithout\nheading") == [])
    }
}
