package dev.galley.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Says which answers may be compressed; the HTTP codec does the work. It would compress everything above the threshold,
 * pictures too: an answer that is no text is marked {@code identity}, which the codec takes as done and removes.
 */
final class ContentCompression {
    private static final CharSequence IDENTITY = HttpHeaders.createOptimized("identity");

    private final boolean on;

    ContentCompression(HttpSettings.Compression settings) {
        this.on = settings.level() > 0;
    }

    void prepare(RoutingContext context) {
        if (!on) {
            return;
        }
        MultiMap answer = context.response().headers();
        // Services add to it, never set it: an answer depends on Accept-Encoding whether it was sent or not.
        answer.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (context.request().headers().contains(HttpHeaders.ACCEPT_ENCODING)) {
            context.addHeadersEndHandler(_ -> {
                if (!answer.contains(HttpHeaders.CONTENT_ENCODING) && !text(answer.get(HttpHeaders.CONTENT_TYPE))) {
                    answer.set(HttpHeaders.CONTENT_ENCODING, IDENTITY);
                }
            });
        }
    }

    private static boolean text(@Nullable String type) {
        return type != null
                && (type.startsWith("text/")
                        || type.contains("json")
                        || type.contains("xml")
                        || type.contains("javascript"));
    }
}
