package dev.galley.http;

import dev.galley.settings.SettingsException;
import dev.galley.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of the edge, under {@code http.}. */
public record HttpSettings(
        Listen listen,
        Optional<Tls> tls,
        Limits limits,
        Timeouts timeouts,
        Compression compression,
        List<String> corsOrigins,
        List<String> trustedProxies,
        AccessLogFormat accessLog,
        MetricsAccess metricsAccess) {

    /** @param eventLoops server instances, each with an event loop and a router of its own; 0: one per core */
    public record Listen(String host, int port, int eventLoops) {}

    /** @param checkInterval how often the files are looked at for a change; zero: never */
    public record Tls(Path certificate, Path key, Duration checkInterval) {}

    /** Sizes in bytes; {@code connectionsPerAddress} 0: unlimited. */
    public record Limits(
            int requestLine,
            int headers,
            long body,
            int connections,
            int connectionsPerAddress,
            int socketMessage,
            int streams,
            int resetsPerWindow,
            int minimumRate) {}

    /** {@code request} zero: unlimited. */
    public record Timeouts(
            Duration head,
            Duration idle,
            Duration rateGrace,
            Duration stalledWrite,
            Duration request,
            Duration drain) {}

    /**
     * @param level 0 turns it off
     * @param threshold bytes below which an answer is not compressed
     */
    public record Compression(int level, int threshold) {}

    /** One line per request, or none. */
    public enum AccessLogFormat {
        TEXT,
        JSON,
        OFF
    }

    /** Who may read {@code /metrics}; the service key opens it in every case. */
    public enum MetricsAccess {
        LOOPBACK,
        SERVICE_KEY,
        EVERYONE
    }

    public static HttpSettings from(SettingsReader settings) {
        return new HttpSettings(
                new Listen(
                        settings.text("http.host", "127.0.0.1", "Address to listen on; 0.0.0.0 for all."),
                        settings.integer("http.port", 54321, 0, 65535, "TCP port of the API; 0 takes a free one."),
                        settings.integer(
                                "http.event-loops",
                                0,
                                0,
                                256,
                                "Server instances, an event loop each; 0: one per core.")),
                tls(settings),
                limits(settings),
                timeouts(settings),
                new Compression(
                        settings.integer(
                                "http.compression-level",
                                3,
                                0,
                                9,
                                "Effort of gzip and deflate for text answers, 1 (fast) to 9 (small); 0: none."),
                        (int) atMost(
                                "http.compression-threshold",
                                settings.bytes(
                                        "http.compression-threshold",
                                        2048,
                                        "Answers below this size are not compressed."),
                                1 << 30)),
                settings.list("http.cors-origins", List.of("*"), "Web origins that may call the API from a browser."),
                settings.list(
                        "http.trusted-proxies",
                        List.of(),
                        "Addresses or networks (10.0.0.0/8) of proxies whose X-Forwarded-For is believed."),
                settings.choice("http.access-log", AccessLogFormat.TEXT, "One line per request on standard output."),
                settings.choice(
                        "http.metrics-access",
                        MetricsAccess.LOOPBACK,
                        "Who may read /metrics: callers from this machine, holders of the service key, or everyone."));
    }

    private static Optional<Tls> tls(SettingsReader settings) {
        Optional<String> certificate =
                settings.optionalText("http.tls-certificate", "PEM file with the certificate chain; turns TLS on.");
        Optional<String> key = settings.optionalText("http.tls-key", "PEM file with the private key (PKCS#8).");
        Duration checkInterval = settings.duration(
                "http.tls-check-interval",
                Duration.ofSeconds(10),
                "How often the two files are looked at: new connections get a changed certificate; 0s: never.");
        if (certificate.isPresent() != key.isPresent()) {
            throw new SettingsException("http.tls-certificate and http.tls-key must be given together");
        }
        return certificate.map(file -> new Tls(Path.of(file), Path.of(key.orElseThrow()), checkInterval));
    }

    private static Limits limits(SettingsReader settings) {
        return new Limits(
                settings.integer(
                        "http.max-request-line",
                        32 * 1024,
                        1024,
                        1 << 20,
                        "Longest request line in bytes; a longer one is answered 414."),
                settings.integer(
                        "http.max-headers",
                        32 * 1024,
                        1024,
                        1 << 20,
                        "Largest sum of all header fields of a request in bytes; more is answered 431."),
                settings.bytes(
                        "http.max-body",
                        16L << 20,
                        "Largest request body, after decompression, unless a service has a limit of its own; more is answered 413."),
                settings.integer(
                        "http.max-connections", 20_000, 1, 10_000_000, "Open connections; further ones are closed."),
                settings.integer(
                        "http.max-connections-per-address",
                        0,
                        0,
                        10_000_000,
                        "Open connections of one client address that is no trusted proxy; 0: unlimited."),
                (int) atMost(
                        "http.max-websocket-message",
                        settings.bytes(
                                "http.max-websocket-message",
                                5L << 20,
                                "Longest message of a WebSocket in bytes; a longer one closes it with the code 1009."),
                        1 << 30),
                settings.integer("http.max-streams", 128, 1, 100_000, "Concurrent requests on one HTTP/2 connection."),
                settings.integer(
                        "http.max-resets",
                        200,
                        1,
                        1_000_000,
                        "Requests a client may cancel on one HTTP/2 connection within 30 seconds before it is closed."),
                settings.integer(
                        "http.min-rate",
                        512,
                        0,
                        1 << 30,
                        "Bytes per second a client must send of a body, or take of an answer, on average; 0: no minimum."));
    }

    private static Timeouts timeouts(SettingsReader settings) {
        return new Timeouts(
                settings.duration(
                        "http.head-timeout",
                        Duration.ofSeconds(10),
                        "Time for a client to send the request line and the headers."),
                settings.duration(
                        "http.idle-timeout",
                        Duration.ofSeconds(75),
                        "Time a connection without a request in flight is kept open."),
                settings.duration(
                        "http.rate-grace",
                        Duration.ofSeconds(10),
                        "Time before http.min-rate is asked of a request body."),
                settings.duration(
                        "http.stalled-write-timeout",
                        Duration.ofSeconds(30),
                        "Time a client may take less than http.min-rate of an answer that waits for it."),
                settings.duration(
                        "http.request-timeout",
                        Duration.ofSeconds(150),
                        "Time for a request to be answered, else 504; 0s: unlimited."),
                settings.duration(
                        "http.drain-timeout",
                        Duration.ofSeconds(20),
                        "Time that requests in flight get to finish at shutdown."));
    }

    private static long atMost(String key, long value, long max) {
        if (value > max) {
            throw new SettingsException(key + " must be at most " + max + " bytes");
        }
        return value;
    }
}
