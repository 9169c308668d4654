package dev.galley.http;

import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The settings of the edge in the words of Vert.x. */
final class ServerOptions {
    private ServerOptions() {}

    static HttpServerOptions of(HttpSettings settings, Optional<ServerCertificate> certificate) {
        HttpSettings.Limits limits = settings.limits();
        HttpSettings.Compression compression = settings.compression();
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.listen().host())
                .setPort(settings.listen().port())
                .setTcpNoDelay(true)
                .setAcceptBacklog(1024)
                .setMaxInitialLineLength(limits.requestLine())
                .setMaxHeaderSize(limits.headers())
                .setDecompressionSupported(true)
                .setHandle100ContinueAutomatically(false)
                // Compressing WebSocket messages costs 300 KiB a socket, and its handler a look at every request.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(limits.socketMessage())
                .setMaxWebSocketMessageSize(limits.socketMessage())
                // The service has said goodbye by then: see WebSockets.
                .setWebSocketClosingTimeout(0)
                .setHttp2ClearTextEnabled(true)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(limits.streams())
                        .setMaxHeaderListSize(limits.headers() + limits.requestLine())
                        .setInitialWindowSize(256 * 1024))
                .setHttp2ConnectionWindowSize(1024 * 1024)
                .setHttp2RstFloodMaxRstFramePerWindow(limits.resetsPerWindow())
                .setHttp2RstFloodWindowDuration(30)
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
                .setCompressionSupported(compression.level() > 0)
                .setCompressionLevel(Math.max(1, compression.level()))
                .setCompressionContentSizeThreshold(compression.threshold());
        certificate.ifPresent(pair -> options.setSsl(true)
                .setUseAlpn(true)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                .setKeyCertOptions(pair.options()));
        return options;
    }
}
