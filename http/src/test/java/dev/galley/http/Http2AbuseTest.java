package dev.galley.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Frames written by hand, for no honest client sends them. */
class Http2AbuseTest {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, "");
    /** GET / of authority x, from the static table. */
    private static final String GET = "\u0082\u0084\u0086\u0041\u0001x";

    private static String frame(int type, int flags, int stream, String payload) {
        int length = payload.length();
        return new String(new char[] {
                    (char) (length >> 16 & 255),
                    (char) (length >> 8 & 255),
                    (char) (length & 255),
                    (char) type,
                    (char) flags,
                    (char) (stream >> 24 & 127),
                    (char) (stream >> 16 & 255),
                    (char) (stream >> 8 & 255),
                    (char) (stream & 255)
                })
                + payload;
    }

    @Test
    void closesAConnectionThatOpensAndResetsStreamsRapidly() {
        try (TestEdge edge = TestEdge.start("http.max-resets=50");
                RawClient raw = edge.raw()) {
            StringBuilder flood = new StringBuilder(PREFACE);
            for (int i = 0; i < 500; i++) {
                flood.append(frame(1, 5, 2 * i + 1, GET)).append(frame(3, 0, 2 * i + 1, "\0\0\0\u0008"));
            }
            String heard = raw.say(flood.toString()).hearToEnd();
            assertThat(heard.length()).isLessThan(100_000);
            assertThat(edge.get("/echo/hello").statusCode())
                    .as("others are served")
                    .isEqualTo(200);
        }
    }

    @Test
    void closesAConnectionThatNeverEndsItsHeaders() {
        try (TestEdge edge = TestEdge.start();
                RawClient raw = edge.raw()) {
            StringBuilder flood = new StringBuilder(PREFACE).append(frame(1, 1, 1, GET));
            for (int i = 0; i < 5000; i++) {
                flood.append(frame(9, 0, 1, ""));
            }
            raw.say(flood.toString()).hearToEnd();
            assertThat(edge.get("/echo/hello").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void closesAConnectionThatOnlySendsSettingsAtTheHeadTimeout() {
        try (TestEdge edge = TestEdge.start("http.head-timeout=500ms");
                RawClient raw = edge.raw()) {
            raw.say(PREFACE + frame(4, 0, 0, "").repeat(20_000)).hearToEnd();
            assertThat(edge.get("/echo/hello").statusCode()).isEqualTo(200);
        }
    }
}
