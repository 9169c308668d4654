package dev.galley.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Sign-ins beside the bare cost of the hash, and refreshes: clients that each wait for their answer before they ask again. */
final class AuthRuns {
    private static final Pattern REFRESH_TOKEN = Pattern.compile("\"refresh_token\":\"([^\"]+)\"");
    private static final String USER = "{\"email\":\"bench@example.com\",\"password\":\"correct horse battery\"}";
    private static final int HASH_KIB = 19_456;
    private static final ThreadLocal<Argon2BytesGenerator.BlockPool> BLOCKS =
            ThreadLocal.withInitial(() -> new Argon2BytesGenerator.FixedBlockPool(HASH_KIB));
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final Runs runs;
    private final HttpClient client = HttpClient.newHttpClient();

    /** Asks once; returns what to ask with the next time. */
    @FunctionalInterface
    private interface Step {
        String next(String before) throws IOException, InterruptedException;
    }

    AuthRuns(Runs runs) {
        this.runs = runs;
    }

    /** @param memory reports it, while 100 clients sign in */
    void run(Runnable memory) {
        post("/auth/v1/signup", USER);
        List<Figures> best = runs.alternate(List.of(
                () -> runs.withCpu(() -> load("sign-in with a password: Galley", 16, () -> "", _ -> signIn())),
                () -> load("Argon2id alone, a thread per core", CORES, () -> "", _ -> hash())));
        runs.ratio("sign-in: ratio to the hash alone", best.get(0), best.get(1));
        runs.report.value("sign-ins a second and core", best.get(0).perSecond() / CORES);
        Figures refreshes = runs.alternate(List.of(() ->
                        runs.withCpu(() -> load("refresh of a session: Galley", 16, this::signIn, this::refresh))))
                .getFirst();
        runs.report.value("refreshes a second and core", refreshes.perSecond() / CORES);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var crowd = executor.submit(() -> load("100 parallel sign-ins", 100, () -> "", _ -> signIn()));
            Thread.sleep(TimeUnit.SECONDS.toMillis(runs.seconds()) / 2);
            memory.run();
            runs.report.add(await(crowd));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private String signIn() {
        return post("/auth/v1/token?grant_type=password", USER);
    }

    private String refresh(String tokens) {
        Matcher found = REFRESH_TOKEN.matcher(tokens);
        if (!found.find()) {
            throw new IllegalStateException("no refresh token in the answer");
        }
        return post("/auth/v1/token?grant_type=refresh_token", "{\"refresh_token\":\"" + found.group(1) + "\"}");
    }

    private static String hash() {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withMemoryAsKB(HASH_KIB)
                .withIterations(2)
                .withParallelism(1)
                .withSalt(new byte[16])
                .withBlockPool(BLOCKS.get())
                .build());
        byte[] hash = new byte[32];
        generator.generateBytes("correct horse battery".toCharArray(), hash);
        return Integer.toString(hash[0]);
    }

    private String post(String path, String json) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(runs.target.program().url() + path))
                .header("Content-Type", "application/json")
                .header("apikey", runs.target.headers().getOrDefault("apikey", ""))
                .POST(HttpRequest.BodyPublishers.ofString(json));
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(path + " answered " + response.statusCode());
            }
            return response.body();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** @param first what each client begins with, such as a session of its own */
    private Figures load(String name, int clients, Supplier<String> first, Step step) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(runs.seconds());
        List<Long> nanos = new ArrayList<>();
        try (var executor = Executors.newFixedThreadPool(clients)) {
            List<Future<List<Long>>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                all.add(executor.submit(() -> client(first.get(), end, step)));
            }
            for (var one : all) {
                nanos.addAll(await(one));
            }
        }
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Figures(
                name,
                sorted.length / (double) runs.seconds(),
                sorted[sorted.length / 2] / 1e6,
                sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)] / 1e6,
                0,
                0,
                0,
                0);
    }

    private static List<Long> client(String first, long end, Step step) throws IOException, InterruptedException {
        List<Long> nanos = new ArrayList<>();
        String state = first;
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            state = step.next(state);
            nanos.add(System.nanoTime() - start);
        }
        return nanos;
    }

    private static <T> T await(Future<T> run) {
        try {
            return run.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
