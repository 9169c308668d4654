package dev.galley.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads of a table that is opted in to the cache of answers, beside the same reads of one that is not, and how many come from memory. */
final class CacheRuns {
    /** A bit of everything that an answer from memory still costs is in it: who calls, the address, the state of the database. */
    private static final String KEYS = keys("countries", 200);

    private static final String LIST = "/rest/v1/countries?order=id";

    /** Between writes elsewhere; an answer is kept when nothing has changed for a second. */
    private static final long WRITE_EVERY_MILLIS = 3000;

    private final Runs runs;

    CacheRuns(Runs runs) {
        this.runs = runs;
    }

    private static String keys(String table, int rows) {
        return Wrk.prepared(
                "wrk.format('GET', '/rest/v1/" + table + "?select=*&id=eq.' .. math.random(1, " + rows + "))");
    }

    void run() {
        String database = keys("shops", 100);
        runs.warmUp("/", KEYS);
        List<Figures> key = runs.alternate(List.of(
                () -> runs.http("key read, not kept", "/", database, Runs.CONNECTIONS),
                () -> runs.http("key read, kept answers", "/", KEYS, Runs.CONNECTIONS)));
        runs.ratio("key read: kept to not kept", key.get(1), key.get(0));
        Counts before = counts();
        List<Figures> list = runs.alternate(List.of(
                () -> runs.http("1000 rows, not kept", "/rest/v1/items?select=id,name,note&order=id&limit=1000", "", 8),
                () -> runs.http("1000 rows, kept answers", LIST, "", 8)));
        runs.ratio("1000 rows: kept to not kept", list.get(1), list.get(0));
        runs.report.value("share from memory, nothing written", counts().share(before));
        besideWrites();
    }

    private void besideWrites() {
        Counts before = counts();
        Thread writer = Thread.ofVirtual().start(this::write);
        try {
            runs.report.add(runs.http("1000 rows, kept answers, a write every 3 s", LIST, "", 8));
        } finally {
            writer.interrupt();
        }
        runs.report.value("share from memory, a write every 3 s", counts().share(before));
    }

    private void write() {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(runs.target.program().url() + "/rest/v1/writes"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"body\":\"one row of the bench\"}"));
        runs.target.headers().forEach(request::header);
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (true) {
                int status = client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                if (status != 201) throw new IllegalStateException("the write was answered with " + status);
                Thread.sleep(WRITE_EVERY_MILLIS);
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers from memory, and all that could have been. */
    private record Counts(double hits, double all) {
        double share(Counts before) {
            return (hits - before.hits) / (all - before.all);
        }
    }

    private Counts counts() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(runs.target.program().url() + "/metrics"))
                    .build();
            String metrics =
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            double hits = count(metrics, "hits");
            return new Counts(hits, hits + count(metrics, "stale") + count(metrics, "misses"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static double count(String metrics, String name) {
        Matcher found = Pattern.compile("(?m)^galley_rest_cache_" + name + "_total (\\S+)$")
                .matcher(metrics);
        if (!found.find()) throw new IllegalStateException("/metrics does not count " + name);
        return Double.parseDouble(found.group(1));
    }
}
