package dev.galley.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** PostGraphile on the same database, as the same role with the same claims, in a process of its own. */
record Postgraphile(Process process, String url) implements AutoCloseable {

    /** @param folder with its program and what that depends on */
    static Postgraphile start(Path folder, Target target) throws IOException {
        int port = Program.freePort();
        ProcessBuilder command = new ProcessBuilder(
                        folder.resolve("node_modules/node/bin/node").toString(), "server.mjs", Integer.toString(port))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        command.environment().putAll(target.postgres());
        command.environment().put("CLAIMS", target.claims());
        command.environment().put("NODE_ENV", "production");
        String url = "http://127.0.0.1:" + port;
        Postgraphile server = new Postgraphile(command.start(), url);
        Http.awaitAnswer(URI.create(url));
        return server;
    }

    /** Answers an operation once, so that it is known what is measured. */
    static String answer(String url, Map<String, String> headers, String query) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"" + query + "\"}"));
        headers.forEach(request::header);
        try (HttpClient client = HttpClient.newHttpClient()) {
            String body = client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            if (body.contains("\"errors\"")) {
                throw new IOException("not answered: " + body);
            }
            return body;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    List<Long> processes() {
        return Usage.family(process.pid());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
