package dev.galley.rest;

import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Asks until an answer comes from memory: what else goes on in the server puts that off. */
final class CacheHits {
    private CacheHits() {}

    static HttpResponse<String> get(RestServer rest, String path, String... headers) {
        try {
            return rest.get(path, headers);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static boolean isHit(HttpResponse<String> response) {
        return response.headers().firstValue("Cache-Status").orElse("").endsWith("hit");
    }

    static HttpResponse<String> hit(RestServer rest, String path, String... headers) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        HttpResponse<String> last = get(rest, path, headers);
        while (!isHit(last)) {
            if (System.nanoTime() > deadline || last.statusCode() >= 400) {
                throw new AssertionError(path + " never from memory: " + last.statusCode() + " "
                        + last.headers().map() + last.body());
            }
            last = get(rest, path, headers);
        }
        return last;
    }

    /** Asks until an answer is as wanted. */
    static void await(RestServer rest, String path, Predicate<HttpResponse<String>> wanted) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        HttpResponse<String> last = get(rest, path);
        while (!wanted.test(last)) {
            if (System.nanoTime() > deadline) throw new AssertionError(path + " is still " + last.body());
            last = get(rest, path);
        }
    }

    /** Whether one of so many answers comes from memory. */
    static boolean until(RestServer rest, String path, int times, String... headers) {
        for (int i = 0; i < times; i++) {
            if (isHit(get(rest, path, headers))) return true;
        }
        return false;
    }
}
